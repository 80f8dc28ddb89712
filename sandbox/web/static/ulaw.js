// G.711 mu-law, one byte a sample (ITU-T G.711). Samples are floats between -1 and 1.

const BIAS = 0x84;
const CLIP = 32635;

export const SILENCE = 0xff;

export function encode(sample) {
  let linear = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
  const sign = linear < 0 ? 0x80 : 0;
  linear = Math.min(Math.abs(linear), CLIP) + BIAS;
  const exponent = Math.max(0, 24 - Math.clz32(linear));
  const mantissa = (linear >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

const LINEAR = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + BIAS) << ((bits >> 4) & 7)) - BIAS;
  return (bits & 0x80 ? -magnitude : magnitude) / 32768;
});

export const decode = (code) => LINEAR[code];
