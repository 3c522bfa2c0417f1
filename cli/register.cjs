/**
 * Lets Node load the sources of a checkout. What swc makes of each source is kept under node_modules/.cache, so a
 * command starts without a compiler. A kept text counts only for the very source, version of swc and options that it
 * was made of. It is written as a whole or not at all, and a folder that cannot be written costs time alone.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join, relative } = require("node:path");

const PROJECT = join(__dirname, "..");
const CACHE = join(PROJECT, "node_modules", ".cache", "dokomodo");
const HASH_LENGTH = 64;

const OPTIONS = {
  swcrc: false,
  // `import()` becomes `require()`, because Node cannot import a source in TypeScript.
  module: { type: "commonjs", ignoreDynamic: false },
  jsc: { target: "es2022", parser: { syntax: "typescript" } },
};

Module._extensions[".ts"] = (module, file) => {
  module._compile(compiled(file), file);
};

/** The source as JavaScript. */
function compiled(file) {
  const source = readFileSync(file, "utf8");
  const hash = createHash("sha256")
    .update(JSON.stringify([require("@swc/core/package.json").version, OPTIONS, source]))
    .digest("hex");
  const kept = join(CACHE, `${relative(PROJECT, file).replaceAll(/[^\w.-]/g, "_")}.js`);
  try {
    const text = readFileSync(kept, "utf8");
    if (text.startsWith(hash)) return text.slice(HASH_LENGTH);
  } catch {}
  const { code } = require("@swc/core").transformSync(source, { ...OPTIONS, filename: file });
  keep(kept, hash + code);
  return code;
}

function keep(file, text) {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch {}
}
