// Microphone and loudspeaker of the phone.

/** Why there is no microphone, in words for the person who wants to talk. */
export function excuse(error) {
  if (!navigator.mediaDevices) return "This page has no access to a microphone: open the sandbox as http://127.0.0.1 or over https.";
  if (error.name === "NotAllowedError") return "The microphone is blocked. Allow it for this page in the browser's address bar, then answer again.";
  if (error.name === "NotFoundError") return "No microphone was found. Connect one, then answer again.";
  return `The microphone cannot be used: ${error.message}`;
}

/** Asks for the microphone unless `deaf`. `send(frame)` gets 20 ms mu-law frames, `level(peak)` their loudness. */
export async function open({ deaf, send, level }) {
  const wish = { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 } };
  const microphone = deaf ? null : await navigator.mediaDevices.getUserMedia(wish);
  const context = new AudioContext({ latencyHint: "interactive" });
  try {
    await context.audioWorklet.addModule("/sandbox/static/voice-worklet.js");
    await context.resume();
  } catch (error) {
    microphone?.getTracks().forEach((track) => track.stop());
    await context.close();
    throw error;
  }
  const voice = new AudioWorkletNode(context, "voice", { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1] });
  voice.port.onmessage = ({ data }) => { send(data.frame); level(data.level); };
  voice.connect(context.destination);
  if (microphone) context.createMediaStreamSource(microphone).connect(voice);
  return {
    play: (frame) => voice.port.postMessage(frame, [frame]),
    mute: (muted) => voice.port.postMessage({ muted }),
    close: () => {
      microphone?.getTracks().forEach((track) => track.stop());
      context.close();
    },
  };
}

/** North American ringing, two seconds in six, until the returned function is called. Silent until the page may sound. */
export function ring() {
  const context = new AudioContext();
  const gain = context.createGain();
  gain.gain.value = 0;
  for (let start = 0; start < 60; start += 6) {
    gain.gain.setValueAtTime(0.08, context.currentTime + start);
    gain.gain.setValueAtTime(0, context.currentTime + start + 2);
  }
  gain.connect(context.destination);
  for (const frequency of [440, 480]) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(gain);
    tone.start();
  }
  return () => { context.close(); };
}
