// Messages from Python, unpacked (see frames.py).

function bytesOf(buffer) {
  const bytes = buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return bytes.byteOffset % 4 ? bytes.slice() : bytes;
}

// The frames of a message (see frames.py), arrays as {data, shape}.
function unpack(text, numbers) {
  const { arrays, frames } = JSON.parse(new TextDecoder().decode(bytesOf(text)));
  const bytes = bytesOf(numbers);
  const made = arrays.map(([kind, offset, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const Type = kind === "f" ? Float32Array : Uint8Array;
    return { data: new Type(bytes.buffer, bytes.byteOffset + offset, count), shape };
  });
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
