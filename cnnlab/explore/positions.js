// The positions that a control can take, counted from 0.

// How many there are; 0 for a control without positions. Of a matrix: those of one cell.
function positionsOf(control) {
  switch (control.kind) {
    case "slider": return control.all.length;
    case "choice": return control.options.length;
    case "toggle": return 2;
    case "cell": return control.rows * control.columns;
    case "matrix": return Math.round((control.hi - control.lo) / control.step) + 1;
    default: return 0;
  }
}

// Whether a value changes with a control in a way that does not depend on what was before.
function carried(control, name) {
  return Boolean(control) && (control.name === name || (control.carries || []).includes(name));
}
