// @ts-check
// A picture of the learner's, read in the browser: it stays on this computer, and only its levels go to Python.

const SIDE = 192; // pixels from side to side that are sent, at most
const BYTES = 64e6, PIXELS = 1e8; // of a file, at most

/** @typedef {{ height: number, width: number, levels: number[] }} Picture */

/**
 * Its levels: rows of pixels, each red, green and blue from 0 to 255; upright, transparent parts on white.
 * @param {Blob} file
 * @returns {Promise<Picture>}
 */
export function levelsOf(file) {
  return read(file);
}

/**
 * @param {Blob} file
 * @returns {Promise<Picture>}
 */
async function read(file) {
  if (file.size > BYTES) throw new Error(`A picture of at most ${BYTES / 1e6} MB can be taken`);
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new Error("This file is no picture that the browser can read");
  });
  try {
    if (bitmap.width * bitmap.height > PIXELS) throw new Error("A picture of at most 100 million pixels can be taken");
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(scale * side)));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { height, width, levels: Array.from(data).filter((_, i) => i % 4 !== 3) };
  } finally {
    bitmap.close();
  }
}
