// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { cellText, formatNumber, powerText } from "../../cnnlab/explore/live/js/numbers.js";

test("numbers are printed as Python prints them", () => {
  const cases = /** @type {[number | null, number, string][]} */ ([
    [1.25, 1, "1.3"],
    [-0.04, 1, "0.0"],
    [-1.5, 0, "−2"],
    [NaN, 2, ""],
    [null, 2, ""],
    [-Infinity, 2, "−∞"],
    [-1e30, 0, "−1.0e30"],
    [9_000_000_001, 0, "9000000001"],
  ]);
  for (const [value, digits, text] of cases) assert.equal(formatNumber(value, digits), text);
});

test("exact zeros stand out in cells", () => {
  assert.deepEqual([0, -0, 0.001, 0.25].map((v) => cellText(v, 2)), ["0", "0", "0.00", "0.25"]);
});

test("powers of ten have raised digits", () => {
  assert.deepEqual([3, -12].map(powerText), ["10³", "10⁻¹²"]);
});
