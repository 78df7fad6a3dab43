// @ts-check
// The scripts of the site's pages, but for the explorers (view.js) and what must run before anything is seen (theme.js).

import { frame } from "./page.js";
import { ask } from "./questions.js";
import { search } from "./search.js";

export default {
  begin() {
    frame();
    ask();
    search();
  },
};
