// @ts-check
// How numbers are printed, as numbers.py has it.

const HUGE = 1e15;

/**
 * Fixed decimals, a true minus sign, no minus zero, nothing for "nothing here".
 * @param {number | null} value
 * @param {number} digits
 */
export function formatNumber(value, digits) {
  if (value === null || Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  if (Math.abs(value) >= HUGE) return value.toExponential(1).replace("+", "").replace("-", "−");
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && /[1-9]/.test(text) ? "−" + text : text;
}

/**
 * In a cell, exactly zero is a plain 0.
 * @param {number} value
 * @param {number} digits
 */
export function cellText(value, digits) {
  return value === 0 ? "0" : formatNumber(value, digits);
}

/** @type {Record<string, string>} */
const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * 10 to the k-th.
 * @param {number} k
 */
export function powerText(k) {
  return "10" + String(k).split("").map((c) => RAISED[c]).join("");
}
