// A stream of samples at another rate: windowed-sinc interpolation, band limited, without seams between pieces.

const LOBES = 12;
const PHASES = 128;

export class Resampler {
  /** From `from` to `to` samples a second. */
  constructor(from, to) {
    this.step = from / to;
    const band = Math.min(1, to / from) * 0.94;
    this.half = Math.ceil(LOBES / Math.min(1, to / from));
    this.kernel = Resampler.#kernel(this.half, band);
    this.held = new Float32Array(this.half * 2);
    this.position = this.half;
  }

  static #kernel(half, band) {
    return Float32Array.from({ length: half * PHASES + 2 }, (_, index) => {
      const x = index / PHASES;
      if (x >= half) return 0;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * band * x) / (Math.PI * band * x);
      const window = 0.42 + 0.5 * Math.cos(Math.PI * x / half) + 0.08 * Math.cos(2 * Math.PI * x / half);
      return band * sinc * window;
    });
  }

  /** What the next piece of input completes. */
  push(input) {
    const sound = new Float32Array(this.held.length + input.length);
    sound.set(this.held);
    sound.set(input, this.held.length);
    const out = [];
    while (this.position + this.half < sound.length) {
      out.push(this.#at(sound, this.position));
      this.position += this.step;
    }
    const spent = Math.max(0, Math.floor(this.position) - this.half);
    this.held = sound.slice(spent);
    this.position -= spent;
    return Float32Array.from(out);
  }

  #at(sound, position) {
    const first = Math.floor(position) - this.half + 1;
    let sum = 0;
    for (let index = first; index < first + 2 * this.half; index += 1) {
      sum += sound[index] * this.kernel[Math.round(Math.abs(position - index) * PHASES)];
    }
    return sum;
  }
}
