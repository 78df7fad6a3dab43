// @ts-check
// What runs in the worker of a page: Pyodide, NumPy, cnnlab; then texts in, texts and bytes out (see desk.py).

const here = new URL("./", location.href).href;
/** @type {string[]} what came before Python was there */
const early = [];

onmessage = ({ data }) => early.push(data);

/** @param {string} name */
async function fetched(name) {
  const answer = await fetch(`${here}${name}`);
  if (!answer.ok) throw new Error(`${name} cannot be fetched (${answer.status})`);
  return answer;
}

async function begin() {
  postMessage({ stage: "Python is starting ..." });
  const { loadPyodide } = await import(`${here}pyodide/pyodide.mjs`);
  const python = await loadPyodide({ indexURL: `${here}pyodide/` });
  postMessage({ stage: "NumPy is loaded ..." });
  await python.loadPackage("numpy", { messageCallback: () => {} });
  postMessage({ stage: "cnnlab is unpacked ..." });
  const [archive, recipes] = await Promise.all([fetched("cnnlab.zip"), fetched("recipes.json")]);
  python.unpackArchive(await archive.arrayBuffer(), "zip", { extractDir: "/cnnlab" });
  python.runPython("import sys; sys.path.insert(0, '/cnnlab')");
  const hear = python.pyimport("cnnlab.explore.live.desk").in_worker(
    await recipes.text(),
    (/** @type {string} */ text, /** @type {{ toJs(): Uint8Array }} */ bytes) => {
      const own = bytes.toJs().slice();
      postMessage({ text, bytes: own }, { transfer: [own.buffer] });
    },
  );
  postMessage({ stage: "The explorer is made ..." });
  for (const text of early.splice(0)) hear(text);
  onmessage = ({ data }) => hear(data);
}

begin().catch((problem) => postMessage({ failed: String(problem?.message || problem) }));
