// @ts-check
// The search: every word that is looked for must stand in a part of a page; headings weigh more than text.
/** @typedef {{ pages: [address: string, title: string][], parts: [page: number, place: string, heading: string, words: string][] }} Index */
const MOST = 20, AROUND = 70;

/** @param {string} text */
export const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

/**
 * How well a part fits the words that are looked for; 0 if one of them is missing.
 * @param {string[]} wanted
 * @param {string} heading
 * @param {string} words
 */
export function weight(wanted, heading, words) {
  let sum = 0;
  for (const word of wanted) {
    const start = new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "gu");
    const above = (heading.match(start) || []).length, below = (words.match(start) || []).length;
    const inside = heading.includes(word) || words.includes(word) ? 0.2 : 0;
    if (!above && !below && !inside) return 0;
    sum += 8 * Math.min(above, 1) + Math.log1p(below) + inside + (heading === word ? 12 : 0);
  }
  return sum;
}

/**
 * A piece of text around the first word that was found, with all of them marked.
 * @param {string} text
 * @param {string[]} wanted
 */
function around(text, wanted) {
  const low = text.toLowerCase();
  const at = Math.max(0, Math.min(...wanted.map((word) => (low.indexOf(word) + 1 || 1e9) - 1)));
  const start = at > 1e8 ? 0 : Math.max(0, low.lastIndexOf(" ", Math.max(0, at - AROUND)) + 1);
  const piece = text.slice(start, start + 3 * AROUND);
  const marked = document.createElement("span");
  const sought = wanted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  for (const [k, part] of piece.split(new RegExp(`(${sought})`, "giu")).entries()) {
    const node = document.createElement(k % 2 ? "mark" : "span");
    node.textContent = part;
    marked.append(node);
  }
  if (start) marked.prepend("… ");
  if (start + 3 * AROUND < text.length) marked.append(" …");
  return marked;
}

/** The button, the dialog, and what is found. */
export function search() {
  const root = document.documentElement.dataset.root || "";
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("search"));
  const input = /** @type {HTMLInputElement} */ (document.getElementById("search-words"));
  const said = /** @type {HTMLElement} */ (document.getElementById("search-said"));
  const list = /** @type {HTMLElement} */ (document.getElementById("search-found"));
  const button = /** @type {HTMLElement} */ (document.getElementById("search-open"));
  /** @type {Promise<Index> | null} */
  let index = null;
  const load = () => {
    index ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${root}assets/search-index.js`;
      script.onload = () => resolve(/** @type {any} */ (globalThis).cnnlabIndex);
      script.onerror = () => reject(new Error("the index of the search cannot be read"));
      document.head.append(script);
    });
    return index;
  };

  const look = async () => {
    const sought = input.value;
    const wanted = plain(sought).split(/\s+/).filter(Boolean);
    if (!wanted.length) {
      said.textContent = "";
      list.replaceChildren();
      return;
    }
    let all;
    try {
      all = await load();
    } catch (problem) {
      said.textContent = String(problem);
      return;
    }
    if (input.value !== sought) return; // more was typed meanwhile
    const found = all.parts
      .map((part) => ({ part, fits: weight(wanted, plain(part[2]), plain(part[3])) }))
      .filter(({ fits }) => fits > 0)
      .sort((one, other) => other.fits - one.fits);
    said.textContent = `${found.length} ${found.length === 1 ? "place" : "places"}${
      found.length > MOST ? `; the best ${MOST}:` : ""
    }`;
    list.replaceChildren(
      ...found.slice(0, MOST).map(({ part: [page, place, heading, words] }) => {
        const [address, title] = all.pages[page];
        const link = document.createElement("a"), small = document.createElement("small");
        link.href = `${root}${address}${place ? `#${place}` : ""}`;
        link.append(around(heading, wanted));
        small.append(title === heading ? "" : `${title} · `, around(words, wanted));
        link.append(small);
        link.addEventListener("click", () => dialog.close());
        const item = document.createElement("li");
        item.append(link);
        return item;
      }),
    );
  };

  const open = () => {
    if (!dialog.open) dialog.showModal();
    input.select();
    load().catch(() => {});
  };
  button.hidden = false;
  button.addEventListener("click", open);
  input.addEventListener("input", look);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) first.click();
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest("input, select, textarea, .cnnlab")) return;
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      open();
    }
  });
}
