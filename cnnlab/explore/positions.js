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

// The position of a value; -1 if it is between positions. Of a matrix: that of the cell `at` = [row, column].
function positionOf(control, value, at) {
  switch (control.kind) {
    case "slider": return control.all.indexOf(value);
    case "choice": return control.options.indexOf(value);
    case "toggle": return Number(value);
    case "cell": return value[0] * control.columns + value[1];
    case "matrix": return at ? Math.round((value.data[at[0] * value.shape[1] + at[1]] - control.lo) / control.step) : -1;
    default: return -1;
  }
}

// Whether a value changes with a control in a way that does not depend on what was before.
function carried(control, name) {
  return Boolean(control) && (control.name === name || (control.carries || []).includes(name));
}
