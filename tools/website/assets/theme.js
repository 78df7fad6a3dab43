// @ts-check
// Light or dark, before anything is seen: as the computer has it, or as it was chosen on these pages.
"use strict";
{
  let chosen = null;
  try {
    chosen = localStorage.getItem("cnnlab-theme");
  } catch { /* this browser keeps nothing */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
