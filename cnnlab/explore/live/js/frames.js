// Messages from Python, unpacked (see frames.py).

function bytesOf(buffer) {
  const bytes = buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return bytes.byteOffset % 4 ? bytes.slice() : bytes;
}

const KEPT_BYTES = 8e6; // of large arrays from earlier messages

// The frames of a message (see frames.py), arrays as {data, shape}. `kept`, a Map, has the large arrays of earlier
// messages by their keys, those longest unused first. Null if one is missing that Python took for known.
function unpack(text, numbers, kept) {
  const { arrays, frames } = JSON.parse(new TextDecoder().decode(bytesOf(text)));
  const bytes = bytesOf(numbers);
  if (arrays.some(([, offset, , key]) => offset === null && !kept.has(key))) return null;
  const made = arrays.map(([kind, offset, shape, key]) => {
    if (offset === null) return kept.get(key);
    const count = shape.reduce((a, b) => a * b, 1);
    const Type = kind === "f" ? Float32Array : Uint8Array;
    const data = new Type(bytes.buffer, bytes.byteOffset + offset, count);
    if (kept.has(key)) return kept.get(key); // the same object: what was painted of it is still good
    return { data: data.slice(), shape }; // a slice, lest the whole message is kept for it
  });
  arrays.forEach(([, , , key], i) => { if (key) { kept.delete(key); kept.set(key, made[i]); } });
  const used = new Set(made);
  let held = 0;
  for (const { data } of kept.values()) held += data.byteLength;
  for (const [key, array] of kept) {
    if (held <= KEPT_BYTES || used.has(array)) break;
    kept.delete(key);
    held -= array.data.byteLength;
  }
  const revive = (value) => {
    if (value === null || typeof value !== "object") return value;
    if ("$" in value) return made[value.$];
    for (const key in value) value[key] = revive(value[key]);
    return value;
  };
  const weight = numbers.byteLength + text.byteLength;
  return { frames: frames.map(revive), weight };
}

// Equal control values; matrices come as {data, shape}.
function same(a, b) {
  if (a && a.data && b && b.data) return a.data.length === b.data.length && a.data.every((v, i) => v === b.data[i]);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => v === b[i]);
  return a === b;
}
