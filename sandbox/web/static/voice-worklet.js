// In the audio thread: the microphone cut into 20 ms mu-law frames, the line's frames made into sound.

import { Resampler } from "./resampler.js";
import { SILENCE, decode, encode } from "./ulaw.js";

const LINE_HZ = 8000;
const FRAME = 160;
// Sound is played when so much has come, and thrown away when more waits than anybody would.
const HEAD_START = 3 * FRAME;
const MOST = 25 * FRAME;

class Voice extends AudioWorkletProcessor {
  constructor() {
    super();
    this.down = new Resampler(sampleRate, LINE_HZ);
    this.up = new Resampler(LINE_HZ, sampleRate);
    this.spoken = [];
    this.waiting = [];
    this.ready = [];
    this.playing = false;
    this.muted = false;
    this.port.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.take(new Uint8Array(data));
      else this.muted = data.muted;
    };
  }

  take(frame) {
    for (const code of frame) this.waiting.push(decode(code));
    if (this.waiting.length > MOST) this.waiting.splice(0, this.waiting.length - HEAD_START);
  }

  process([microphone], [speaker]) {
    if (microphone[0]) this.speak(microphone[0]);
    this.listen(speaker[0]);
    for (const channel of speaker.slice(1)) channel.set(speaker[0]);
    return true;
  }

  speak(samples) {
    this.spoken.push(...this.down.push(samples));
    while (this.spoken.length >= FRAME) {
      const piece = this.spoken.splice(0, FRAME);
      const level = this.muted ? 0 : Math.max(...piece.map(Math.abs));
      const frame = Uint8Array.from(piece, (sample) => (this.muted ? SILENCE : encode(sample)));
      this.port.postMessage({ frame: frame.buffer, level }, [frame.buffer]);
    }
  }

  listen(out) {
    this.playing = this.playing ? this.waiting.length > 0 : this.waiting.length >= HEAD_START;
    while (this.ready.length < out.length) {
      const piece = this.playing ? this.waiting.splice(0, FRAME) : [];
      while (piece.length < FRAME) piece.push(0);
      this.ready.push(...this.up.push(Float32Array.from(piece)));
    }
    out.set(this.ready.splice(0, out.length));
  }
}

registerProcessor("voice", Voice);
