// @ts-check
// The frame of a page: its theme, its contents, and what is opened for the printer.
/** What every page has. */
export function frame() {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;

  const button = document.getElementById("theme");
  const name = () => {
    if (button) button.textContent = isDark() ? "Light" : "Dark";
  };
  button?.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("cnnlab-theme", root.dataset.theme);
    } catch { /* then it holds for this page only */ }
    name();
  });
  dark.addEventListener("change", name);
  if (button) button.hidden = false;
  name();

  // The contents stand open where there is room beside the text, and say where one is.
  const contents = /** @type {HTMLDetailsElement | null} */ (document.getElementById("contents"));
  if (contents) {
    const wide = matchMedia("(min-width: 1180px)");
    const open = () => void (contents.open = wide.matches);
    wide.addEventListener("change", open);
    open();
    const links = new Map(
      [...contents.querySelectorAll("a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
    );
    const headings = [...links.keys()].map((id) => document.getElementById(id)).filter((heading) => heading !== null);
    let due = false;
    const look = () => {
      due = false;
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 140);
      const here = (passed.at(-1) || headings[0])?.id;
      for (const [id, link] of links) link.classList.toggle("here", id === here);
    };
    const scrolled = () => {
      if (!due) requestAnimationFrame(look);
      due = true;
    };
    document.addEventListener("scroll", scrolled, { passive: true });
    look();
  }

  // A place inside of a fold: the fold opens for whoever was sent there.
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folds = [];
    for (let node = target?.parentElement; node; node = node.parentElement) {
      if (node instanceof HTMLDetailsElement && !node.open) folds.push(node);
    }
    if (!target || !folds.length) return;
    for (const fold of folds) fold.open = true;
    target.scrollIntoView();
  };
  globalThis.addEventListener("hashchange", arrive);
  arrive();

  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  globalThis.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details")].filter((fold) => !fold.open);
    for (const fold of opened) fold.open = true;
  });
  globalThis.addEventListener("afterprint", () => {
    for (const fold of opened.splice(0)) fold.open = false;
  });
}
