// @ts-check
// Questions: the reply comes with the choice, and with it what the question has kept covered. The first choice is the
// prediction, and is kept in this browser where that can be; later ones are curiosity.
const KEY = "cnnlab-questions";

/** @returns {Record<string, string>} the answers that were chosen first, by the names of their questions */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/** @param {Record<string, string>} answers */
function keep(answers) {
  try {
    if (Object.keys(answers).length) localStorage.setItem(KEY, JSON.stringify(answers));
    else localStorage.removeItem(KEY);
  } catch { /* then they hold until the page is left */ }
}

/** @param {HTMLInputElement} input */
const words = (input) => input.parentElement?.textContent?.trim() || "";
/** How much was chosen: in the foot of a page, and beside each notebook of the first one. */
function tell() {
  const all = kept();
  const note = document.getElementById("kept");
  if (note) note.hidden = !Object.keys(all).length;
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".done"))) {
    const names = (place.dataset.questions || "").split(" ").filter(Boolean);
    const done = names.filter((name) => all[name] !== undefined).length;
    place.textContent = done ? `, ${done} answered` : "";
  }
}

/** Every question of the page. */
export function ask() {
  const first = kept();

  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.question"))) {
    const name = form.dataset.question || "";
    const inputs = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input")]);
    const named = `[data-question="${CSS.escape(name)}"]`;
    /** @type {NodeListOf<HTMLDetailsElement>} */
    const covers = document.querySelectorAll(`details.cover${named}`);
    const thoughts = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`.thought${named}`)]);

    /** @param {string} answer the number of one */
    const reply = (answer) => {
      for (const line of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll(".replies p"))) {
        line.hidden = line.dataset.answer !== answer;
      }
    };
    /** @param {string} answer */
    const uncover = (answer) => {
      for (const line of thoughts) line.hidden = line.dataset.answer !== answer;
      for (const cover of covers) {
        cover.open = true;
        const summary = cover.querySelector("summary");
        if (summary) summary.textContent = "What was covered";
      }
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => {
      const chosen = inputs.find((input) => input.checked);
      if (!chosen) return;
      reply(chosen.value);
      if (first[name] === undefined) {
        first[name] = words(chosen);
        keep({ ...kept(), [name]: first[name] });
        uncover(chosen.value);
        tell();
      }
    });
    const before = inputs.find((input) => words(input) === first[name]);
    form.reset();
    if (before) {
      before.checked = true;
      reply(before.value);
      uncover(before.value);
    } else delete first[name];
  }
  document.getElementById("forget")?.addEventListener("click", () => {
    keep({});
    location.reload();
  });
  globalThis.addEventListener("pageshow", tell);
  document.documentElement.dataset.questions = "ready";
  tell();
}
