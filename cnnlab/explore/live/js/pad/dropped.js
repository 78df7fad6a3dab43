// @ts-check
// Files that are dropped on a view.

/** @import { Input } from "../inputs.js" */

/**
 * What is dropped anywhere on a view goes to its first control that takes files.
 * @param {HTMLElement} root
 * @param {Record<string, Input>} inputs
 * @param {AbortSignal} signal
 */
export function takeDropped(root, inputs, signal) {
  const { take, element } = Object.values(inputs).find((input) => input.take) || {};
  if (!take) return;
  const box = /** @type {HTMLFieldSetElement} */ (element);
  const files = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  for (const kind of /** @type {const} */ (["dragover", "drop"])) {
    root.addEventListener(kind, (event) => {
      if (!files(event) || box.disabled) return;
      event.preventDefault(); // the page would leave, and show the file alone
      event.stopPropagation();
      const file = kind === "drop" && event.dataTransfer?.files[0];
      if (file) take(file);
    }, { signal, capture: true });
  }
}
