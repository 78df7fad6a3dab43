// @ts-check
// A sound of the learner's, read in the browser: it stays on this computer, and only its samples go to Python.

const RATES = [8_000, 96_000]; // samples a second that every browser decodes to
const USUAL = 48_000; // where a file does not say it plainly
const BYTES = 16e6; // of a file, at most
const PIECE = 0x8000; // bytes that are written at once

/** @typedef {{ rate: number, samples: string }} Sound samples of 16 bits, in base64 */

/**
 * The rate at which a file is decoded: its own, where it is a .wav file, so that nothing is resampled twice.
 * @param {ArrayBuffer} bytes
 */
export function rateOf(bytes) {
  const view = new DataView(bytes);
  const word = (/** @type {number} */ at) => String.fromCharCode(...[0, 1, 2, 3].map((k) => view.getUint8(at + k)));
  if (bytes.byteLength < 28 || word(0) !== "RIFF" || word(12) !== "fmt ") return USUAL;
  const rate = view.getUint32(24, true);
  return rate >= RATES[0] && rate <= RATES[1] ? rate : USUAL;
}

/**
 * Numbers -1..1 as Python takes them: 16 bits each, little-endian, in base64.
 * @param {Float32Array} numbers
 */
export function encoded(numbers) {
  const view = new DataView(new ArrayBuffer(2 * numbers.length)), parts = [];
  numbers.forEach((v, i) => view.setInt16(2 * i, Math.max(-32768, Math.min(32767, Math.round(32768 * v))), true));
  const bytes = new Uint8Array(view.buffer);
  for (let i = 0; i < bytes.length; i += PIECE) parts.push(String.fromCharCode(...bytes.subarray(i, i + PIECE)));
  return btoa(parts.join(""));
}

/**
 * The samples of a file, its channels averaged.
 * @param {Blob} file
 * @param {number} seconds it lasts at most
 * @param {boolean} [cut] whether what is longer is cut off; else it is refused
 * @returns {Promise<Sound>}
 */
export function soundOf(file, seconds, cut = false) {
  return read(file, seconds, cut);
}

/**
 * @param {Blob} file
 * @param {number} seconds
 * @param {boolean} cut
 * @returns {Promise<Sound>}
 */
async function read(file, seconds, cut) {
  if (file.size > BYTES) throw new Error(`A sound file of at most ${BYTES / 1e6} MB can be taken`);
  const bytes = await file.arrayBuffer();
  const context = new OfflineAudioContext(1, 1, rateOf(bytes));
  const buffer = await context.decodeAudioData(bytes).catch(() => {
    throw new Error("This file is no sound that the browser can read, or there is none in it");
  });
  const { sampleRate: rate, numberOfChannels: count } = buffer, most = Math.floor(seconds * rate);
  if (buffer.length > most && !cut) {
    const long = (buffer.length / rate).toFixed(1);
    throw new Error(`This sound is ${long} seconds long: at most ${seconds} are taken. Cut it, and open it again`);
  }
  const mean = new Float32Array(Math.min(buffer.length, most));
  for (let k = 0; k < count; k++) {
    const channel = buffer.getChannelData(k);
    for (let i = 0; i < mean.length; i++) mean[i] += channel[i] / count;
  }
  if (!mean.length) throw new Error("There is no sound in this file");
  if (!mean.every(Number.isFinite)) throw new Error("This file holds samples that are no numbers");
  return { rate, samples: encoded(mean) };
}
