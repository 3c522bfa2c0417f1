// Generated from runtime/provision by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));

var import_node_fs = require("node:fs");
var import_node_net = require("node:net");

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}

var ConfigurationError = class extends Error {
};
function readJson(path) {
  let text;
  try {
    text = (0, import_node_fs.readFileSync)(path, "utf8");
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : failure;
    throw new ConfigurationError(`${path} cannot be read by uid ${process.getuid?.() ?? "?"} (${code})`);
  }
  const value = parseJson(text);
  if (!isObject(value)) throw new ConfigurationError(`${path} is not a JSON object`);
  return value;
}
var Problems = class {
  constructor(path) {
    this.path = path;
    this.found = [];
  }
  add(at, message) {
    this.found.push(`${at} ${message}`);
  }
  end() {
    if (this.found.length > 0) throw new ConfigurationError(`${this.path}: ${this.found.join("; ")}`);
  }
  text(value, at, { pattern, what }) {
    if (typeof value === "string" && pattern.test(value)) return value;
    this.add(at, `must be ${what}`);
    return "";
  }
  positive(value, at) {
    if (typeof value === "number" && value > 0) return value;
    this.add(at, "must be a number above 0");
    return 0;
  }
  count(value, at) {
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    this.add(at, "must be a whole number above 0");
    return 0;
  }
  port(value, at) {
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65536) return value;
    this.add(at, "must be a port, 1 to 65535");
    return 0;
  }
  ipv4(value, at) {
    if (typeof value === "string" && (0, import_node_net.isIPv4)(value)) return value;
    this.add(at, "must be an IPv4 address");
    return "";
  }
  url(value, at) {
    if (typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
      return value;
    this.add(at, "must be a URL that begins with https:// or http://");
    return "";
  }
  list(value, at) {
    if (Array.isArray(value)) return value;
    this.add(at, "must be a list");
    return [];
  }
};

var import_node_path8 = require("node:path");

var import_node_path = require("node:path");
var Refused = class extends Error {
};
var DIRECTORIES = ["blocks", "chainstate", "indexes", "notarisations"];
var FILES = [
  "komodoevents",
  "komodoevents.ind",
  "komodostate",
  "komodostate.ind",
  "minerids",
  "realtime",
  "signedmasks"
];
var DATA_NAMES = [...DIRECTORIES, ...FILES];
var DISK_BLOCK_BYTES = 4096;
function chooseEntries(entries) {
  const paths = entries.map((entry) => safePath(entry));
  const root = dataRoot(paths);
  const files = /* @__PURE__ */ new Map();
  const taken = /* @__PURE__ */ new Set();
  let bytes = 0;
  for (const [i, { size, type, name }] of entries.entries()) {
    const path = paths[i]?.slice(root.length) ?? [];
    const isBelowRoot = root.every((segment, k) => paths[i]?.[k] === segment);
    if (type !== "file" || !isBelowRoot || !isData(path)) continue;
    const place = path.join("/");
    if (taken.has(place)) throw new Refused(`has ${quoted(name)} twice`);
    taken.add(place);
    files.set(i, place);
    bytes += Math.ceil(size / DISK_BLOCK_BYTES) * DISK_BLOCK_BYTES;
  }
  const parts = new Set([...taken].map((place) => place.split("/", 1)[0] ?? ""));
  if (!parts.delete("blocks")) throw new Refused("has no files in blocks/, so it is no bootstrap of a chain");
  return { files, bytes, parts: [...[...parts].sort(), "blocks"] };
}
function safePath({ name, type }) {
  if (type !== "file" && type !== "directory")
    throw new Refused(`has ${quoted(name)}, which is neither a file nor a directory (${type})`);
  if (name.startsWith("/")) throw new Refused(`has the absolute path ${quoted(name)}`);
  if (new RegExp("\\p{Cc}", "u").test(name)) throw new Refused(`has ${quoted(name)}, a name with control characters`);
  const segments = name.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes(".."))
    throw new Refused(`has ${quoted(name)}, a path that climbs out of the archive`);
  const names = segments.map((segment) => segment.toLowerCase());
  const last = names.at(-1) ?? "";
  if (last === "wallet.dat" || names.includes("wallets"))
    throw new Refused(`has ${quoted(name)}, a wallet. Whoever made it gave away keys, or wants yours`);
  if (import_node_path.posix.extname(last) === ".conf") throw new Refused(`has ${quoted(name)}, a daemon's conf`);
  return segments;
}
function dataRoot(paths) {
  const roots = /* @__PURE__ */ new Map();
  for (const path of paths) {
    const at = path.indexOf("blocks");
    if (at < 0) continue;
    const root2 = path.slice(0, at);
    roots.set(root2.join("/"), root2);
  }
  const [root, ...others] = roots.values();
  if (root === void 0) throw new Refused("has no blocks/, so it is no bootstrap of a chain");
  if (others.length > 0)
    throw new Refused(`has more than one blocks/ (below ${[...roots.keys()].map(quoted).join(" and ")})`);
  return root;
}
function isData(path) {
  const [first = ""] = path;
  return path.length > 1 ? DIRECTORIES.includes(first) : FILES.includes(first);
}
function quoted(name) {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}\u2026` : name);
}

var import_node_fs2 = require("node:fs");
var import_promises = require("node:fs/promises");
var import_node_path2 = require("node:path");
var Disk = class {
  /** What a program without root may still fill. Node has it from 18.15 on. */
  async freeBytes(directory) {
    const { bavail, bsize } = await (0, import_promises.statfs)(directory);
    return bavail * bsize;
  }
  /** Opens a new file. Rejects with EEXIST where it exists. */
  create(path, mode = 384) {
    return (0, import_promises.open)(path, "wx", mode);
  }
  async write(file, bytes, position) {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
      written += bytesWritten;
    }
  }
  truncate(file) {
    return file.truncate(0);
  }
  /** Sends a file or the names in a directory to the disk. */
  async sync(path) {
    const file = await (0, import_promises.open)(path, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
  rename(from, to) {
    return (0, import_promises.rename)(from, to);
  }
  /** The copy is a file of its own. Where the file system can, it shares the bytes until one of them is changed. */
  copy(from, to) {
    return (0, import_promises.copyFile)(from, to, import_node_fs2.constants.COPYFILE_FICLONE | import_node_fs2.constants.COPYFILE_EXCL);
  }
  /** Removes a file, or a directory with all that is in it, if it is there. */
  remove(path) {
    return (0, import_promises.rm)(path, { recursive: true, force: true });
  }
  async makeDirectory(path) {
    await (0, import_promises.mkdir)(path, { recursive: true, mode: 448 });
  }
  /** Writes a whole file: whoever reads it sees all of it or the earlier one, after a loss of power as well. */
  async writeWhole(path, text) {
    const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    const file = await this.create(draft, 420);
    try {
      await this.write(file, Buffer.from(text), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.rename(draft, path);
    await this.sync((0, import_node_path2.dirname)(path));
  }
};
async function sizeOf(path) {
  const found = await orUndefined((0, import_promises.stat)(path));
  return found?.size;
}
async function exists(path) {
  return await sizeOf(path) !== void 0;
}
async function namesIn(directory) {
  return await orUndefined((0, import_promises.readdir)(directory)) ?? [];
}
async function textOf(path) {
  return orUndefined((0, import_promises.readFile)(path, "utf8"));
}
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : void 0;
}
function orUndefined(found) {
  return found.catch((error) => {
    if (codeOf(error) === "ENOENT") return void 0;
    throw error;
  });
}

var import_node_crypto = require("node:crypto");
var import_promises2 = require("node:fs/promises");
var import_node_path3 = require("node:path");
var FileLock = class _FileLock {
  constructor(path, file, run) {
    this.path = path;
    this.file = file;
    this.run = run;
  }
  /** Does the work while nobody else does. Waits for whoever is at it, and says so once. */
  static async hold(base, what, run, work) {
    const lock = await _FileLock.acquire(base, what, run);
    const life = new AbortController();
    const beating = lock.beat(life.signal);
    try {
      return await work();
    } finally {
      life.abort();
      await beating;
      await lock.release();
    }
  }
  static async acquire(base, what, run) {
    let watched;
    let hasSaid = false;
    for (; ; ) {
      run.signal.throwIfAborted();
      const [highest] = await locksOf(base);
      const sign = highest === void 0 ? void 0 : await signOfLife(highest.path);
      if (highest !== void 0 && sign === void 0) continue;
      if (sign !== void 0 && watched?.sign !== sign) watched = { sign, since: run.clock.now() };
      const isStale = watched !== void 0 && run.clock.now() - watched.since >= run.patience.stale;
      if (sign === void 0 || isStale) {
        const lock = await _FileLock.follow(base, highest?.number ?? 0, run);
        if (lock !== void 0) return lock;
        continue;
      }
      if (!hasSaid) run.reporter.say(`${what}: another program is at it; this one waits.`);
      hasSaid = true;
      await run.clock.sleep(run.patience.lockPoll, run.signal);
    }
  }
  /** Makes the file after `number`, or undefined where somebody else was faster. */
  static async follow(base, number, run) {
    const path = `${base}.lock.${number + 1}`;
    const file = await run.disk.create(path, 420).catch((error) => {
      if (codeOf(error) === "EEXIST") return void 0;
      throw error;
    });
    if (file === void 0) return void 0;
    const lock = new _FileLock(path, file, run);
    const others = (await locksOf(base)).filter((other) => other.path !== path);
    if (others.some((other) => other.number > number + 1)) {
      await lock.release();
      return void 0;
    }
    for (const other of others) await orUndefined((0, import_promises2.unlink)(other.path));
    return lock;
  }
  async beat(signal) {
    for (let time = (0, import_node_crypto.randomInt)(2 ** 31); !signal.aborted; time++) {
      await this.file.utimes(time, time).catch(() => void 0);
      await this.run.clock.sleep(this.run.patience.heartbeat, signal).catch(() => void 0);
    }
  }
  async release() {
    await this.file.close();
    await orUndefined((0, import_promises2.unlink)(this.path));
  }
};
async function locksOf(base) {
  const directory = (0, import_node_path3.dirname)(base);
  const prefix = `${(0, import_node_path3.basename)(base)}.lock.`;
  return (await namesIn(directory)).filter((name) => name.startsWith(prefix) && /^\d{1,15}$/.test(name.slice(prefix.length))).map((name) => ({ path: (0, import_node_path3.join)(directory, name), number: Number(name.slice(prefix.length)) })).sort((a, b) => b.number - a.number);
}
async function signOfLife(path) {
  const found = await orUndefined((0, import_promises2.stat)(path));
  return found === void 0 ? void 0 : `${path} ${found.ino} ${found.mtimeMs}`;
}

var import_node_util = require("node:util");
var SourceFailure = class extends Error {
  /**
   * @param again whether another try of the same source may help
   * @param after milliseconds that the source wants us to wait
   */
  constructor(message, again, after) {
    super(message);
    this.again = again;
    this.after = after;
  }
};
var DiskFull = class extends Error {
  /**
   * @param what what there is no room for, such as `the bootstrap`
   * @param needed bytes that it takes, if that is known
   * @param free bytes that are free without it
   * @param hasFilled whether this run wrote until nothing was free. Otherwise it has looked before it wrote.
   */
  constructor(what, needed, free, hasFilled) {
    super(`there is no room for ${what}`);
    this.what = what;
    this.needed = needed;
    this.free = free;
    this.hasFilled = hasFilled;
  }
};
function isDiskFull(error) {
  return ["ENOSPC", "EDQUOT"].includes(String(codeOf(error)));
}
var GOES_ON = "The next `pulumi up` goes on with what is there.";
function messageOf(error, { called, makeRoom }) {
  if (error instanceof DiskFull) {
    const { what, needed, free } = error;
    const need = needed === void 0 ? "more than that" : `${needed} bytes`;
    return `There is no room for ${what} in ${called}: ${free} bytes are free, and it needs ${need}. ${makeRoom} ${GOES_ON}`;
  }
  if (isDiskFull(error)) return `There is no room in ${called} (${codeOf(error)}). ${makeRoom} ${GOES_ON}`;
  const reason = reasonOf(error);
  if (!hasPath(error)) return reason;
  if (["EACCES", "EPERM", "EROFS"].includes(String(codeOf(error))))
    return `uid ${uid()} may not write to ${called} (${reason}). Let that user read and write there.`;
  return `A file in ${called} cannot be used (${reason}).`;
}
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  if (!hasPath(error)) return error.message;
  const [, words] = (0, import_node_util.getSystemErrorMap)().get(Number("errno" in error && error.errno)) ?? [];
  return words === void 0 ? String(codeOf(error)) : `${words}, ${codeOf(error)}`;
}
function uid() {
  return process.getuid?.() ?? "?";
}
function hasPath(error) {
  return error instanceof Error && "path" in error;
}
function shown(url) {
  const user = url.username === "" && url.password === "" ? "" : "***@";
  const query = url.search === "" ? "" : "?***";
  return `${url.protocol}//${user}${url.host}${url.pathname}${query}`;
}

var import_node_fs4 = require("node:fs");
var import_node_path5 = require("node:path");

var import_node_http = __toESM(require("node:http"));
var import_node_https = __toESM(require("node:https"));
var MOST_REDIRECTS = 5;
var REDIRECTS = [301, 302, 303, 307, 308];
async function httpGet(first, offset, run) {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await get(url, offset, run);
    const { location } = response.headers;
    if (location === void 0 || !REDIRECTS.includes(response.statusCode ?? 0)) return response;
    response.destroy();
    url = redirected(url, location);
  }
  throw new SourceFailure(`redirects more than ${MOST_REDIRECTS} times`, false);
}
function get(url, offset, run) {
  const { silence } = run.patience;
  return new Promise((resolve, reject) => {
    let answer;
    const { get: start } = url.protocol === "https:" ? import_node_https.default : import_node_http.default;
    const request = start(url, {
      // The bytes have to be those of the file, not of some compression of it.
      headers: { "accept-encoding": "identity", ...offset > 0 ? { range: `bytes=${offset}-` } : {} },
      // A connection of its own: one that was broken off is not used again, and none keeps the program alive.
      agent: false,
      signal: run.signal,
      timeout: silence
    });
    request.on("timeout", () => {
      const failure = new SourceFailure(`said nothing for ${silence / 1e3} s`, true);
      (answer ?? request).destroy(failure);
    });
    request.on("response", (response) => {
      answer = response;
      resolve(response);
    });
    request.on("error", reject);
  });
}
function redirected(from, location) {
  if (!URL.canParse(location, from.href))
    throw new SourceFailure("redirects to something that is no URL", false);
  const to = new URL(location, from);
  const isAllowed = to.protocol === "https:" || to.protocol === "http:" && from.protocol === "http:";
  if (!isAllowed) throw new SourceFailure(`redirects to ${shown(to)}, which is not https`, false);
  return to;
}

async function fetchUrl(part, url, wanted, run) {
  if (wanted.bytes !== void 0 && part.length > wanted.bytes) await part.restart();
  if (part.length === wanted.bytes) return;
  const response = await httpGet(url, part.length, run);
  try {
    const length = await lengthOf(response, part, url, wanted, run);
    if (length !== void 0 && part.length === length) return;
    await refuseWithoutRoom(part, length, wanted, run);
    await readBody(response, length, part, url, wanted, run);
  } finally {
    response.destroy();
  }
}
async function lengthOf(response, part, url, wanted, run) {
  const { statusCode: status = 0, headers } = response;
  const expected = wanted.bytes;
  if (status === 200) {
    const length = asLength(headers["content-length"]) ?? expected;
    refuseOtherLength(length, expected);
    if (part.length > 0) {
      run.reporter.say(
        `${wanted.what}: ${shown(url)} sends whole files only, so it starts from the beginning.`
      );
      await part.restart();
    }
    return length;
  }
  if (status === 206 && part.length > 0) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers["content-range"] ?? "");
    if (Number(range?.[1]) !== part.length)
      throw new SourceFailure("sent another part of the file than it was asked for", false);
    const length = asLength(range?.[2]) ?? expected;
    refuseOtherLength(length, expected);
    return length;
  }
  if (status === 416 && part.length > 0) {
    const length = asLength(/^bytes \*\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1]);
    refuseOtherLength(length, expected);
    if (length === part.length) return length;
    await part.restart();
    throw new SourceFailure("has no more of the file than was fetched before (HTTP 416)", true);
  }
  throw statusFailure(status, headers["retry-after"], run);
}
async function refuseWithoutRoom(part, length, wanted, run) {
  const free = await run.disk.freeBytes(part.directory);
  const needed = (length ?? part.length) - part.length;
  if (needed > free) throw new DiskFull(wanted.what, needed, free, false);
}
async function readBody(response, length, part, url, wanted, run) {
  for await (const chunk of response) {
    if (length !== void 0 && part.length + chunk.length > length) {
      await part.restart();
      throw new SourceFailure(`sends more than the ${length} bytes of the file`, false);
    }
    await append(part, chunk, url.href, length, wanted, run);
  }
  if (length !== void 0 && part.length < length)
    throw new SourceFailure(`broke off after ${part.length} of ${length} bytes`, true);
}
async function append(part, bytes, origin, total, { what }, run) {
  try {
    await part.append(bytes, origin);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const free = await run.disk.freeBytes(part.directory) + part.length;
    throw new DiskFull(what, total, free, true);
  }
  run.reporter.progress({ what, done: part.length, total });
}
function refuseOtherLength(length, expected) {
  if (expected !== void 0 && length !== void 0 && length !== expected)
    throw new SourceFailure(`has a file of ${length} bytes instead of ${expected}`, false);
}
function statusFailure(status, retryAfter, run) {
  const again = status === 408 || status === 425 || status === 429 || status >= 500;
  const after = again ? pauseOf(retryAfter) : void 0;
  const most = run.patience.longestRetryAfter;
  return new SourceFailure(`answers HTTP ${status}`, again, after && Math.min(after, most));
}
function pauseOf(retryAfter) {
  if (retryAfter === void 0) return void 0;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1e3;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? void 0 : Math.max(0, at - Date.now());
}
function asLength(text) {
  return text !== void 0 && /^\d{1,15}$/.test(text) ? Number(text) : void 0;
}

var import_node_crypto2 = require("node:crypto");
var import_node_fs3 = require("node:fs");
var import_promises3 = require("node:fs/promises");
var import_node_path4 = require("node:path");
var EARLIER = "an earlier run";
var Part = class _Part {
  constructor(base, path, file, run) {
    this.base = base;
    this.path = path;
    this.file = file;
    this.run = run;
    this.hash = (0, import_node_crypto2.createHash)("sha256");
    this.position = 0;
    this.origins = /* @__PURE__ */ new Set();
  }
  /** Goes on with what an earlier run has left, or begins. */
  static async open(base, what, run) {
    const path = `${base}.part.${process.pid}-${Math.random().toString(36).slice(2)}`;
    const isAdopted = await adopt(base, path, run);
    const file = isAdopted ? await (0, import_promises3.open)(path, "r+") : await run.disk.create(path);
    const part = new _Part(base, path, file, run);
    try {
      if (isAdopted) await part.readEarlier(what);
      return part;
    } catch (error) {
      await part.leave();
      throw error;
    }
  }
  /** Bytes that are there. */
  get length() {
    return this.position;
  }
  get directory() {
    return (0, import_node_path4.dirname)(this.base);
  }
  /** Whether all bytes came from this origin, in this run. */
  isAllFrom(origin) {
    return [...this.origins].every((other) => other === origin);
  }
  async append(bytes, origin) {
    await this.run.disk.write(this.file, bytes, this.position);
    this.count(bytes);
    this.origins.add(origin);
  }
  async restart() {
    await this.run.disk.truncate(this.file);
    this.hash = (0, import_node_crypto2.createHash)("sha256");
    this.position = 0;
    this.origins.clear();
  }
  /** SHA-256 of what is there, as hex digits. */
  digest() {
    return this.hash.copy().digest("hex");
  }
  /** Gives the file its name. */
  async finish(target, mode) {
    await this.file.chmod(mode);
    await this.file.sync();
    await this.file.close();
    await this.run.disk.rename(this.path, target);
    await this.run.disk.sync((0, import_node_path4.dirname)(target));
  }
  /** Leaves it to the next run. */
  async leave() {
    await this.file.close();
    if (this.position === 0) await this.run.disk.remove(this.path);
    else await orUndefined(this.run.disk.rename(this.path, atRest(this.base)));
  }
  /** Makes room. */
  async discard() {
    await this.file.close();
    await this.run.disk.remove(this.path);
  }
  async readEarlier(what) {
    const total = await sizeOf(this.path);
    for await (const chunk of (0, import_node_fs3.createReadStream)(this.path, { signal: this.run.signal })) {
      this.count(chunk);
      this.run.reporter.progress({ what: `${what} (checking)`, done: this.position, total });
    }
    if (this.position > 0) this.origins.add(EARLIER);
  }
  count(bytes) {
    this.hash.update(bytes);
    this.position += bytes.length;
  }
};
function atRest(base) {
  return `${base}.part`;
}
async function adopt(base, path, run) {
  let isAdopted = await run.disk.rename(atRest(base), path).then(
    () => true,
    (error) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    }
  );
  const prefix = `${(0, import_node_path4.basename)(atRest(base))}.`;
  for (const name of await namesIn((0, import_node_path4.dirname)(base))) {
    const other = (0, import_node_path4.join)((0, import_node_path4.dirname)(base), name);
    if (!name.startsWith(prefix) || other === path) continue;
    if (!isAdopted) isAdopted = await copyOf(other, path, run);
    await run.disk.remove(other);
  }
  return isAdopted;
}
async function copyOf(other, path, run) {
  try {
    await run.disk.copy(other, path);
    return true;
  } catch (error) {
    await run.disk.remove(path);
    if (isDiskFull(error) || codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

var NotFetched = class extends Error {
  constructor(reasons) {
    super(reasons.join(" "));
    this.reasons = reasons;
  }
};
var GAIN_BYTES = 1024 * 1024;
async function fetchFile(base, target, mode, wanted, sources, run) {
  const part = await Part.open(base, wanted.what, run);
  try {
    await fetchFromAny(part, wanted, sources, run);
    await part.finish(target, mode);
  } catch (error) {
    if (error instanceof DiskFull && error.hasFilled) await part.discard();
    else await part.leave();
    throw error;
  }
}
async function fetchFromAny(part, wanted, sources, run) {
  const reasons = [];
  for (const source of sources) {
    const name = "path" in source ? source.called : shown(new URL(source.url));
    try {
      if ("path" in source) await readLocal(part, source.path, wanted, run);
      else await fetchFrom(part, new URL(source.url), wanted, run);
      return;
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      reasons.push(`${name} ${error.message}.`);
      run.reporter.say(`${wanted.what}: ${name} ${error.message}.`);
    }
  }
  throw new NotFetched(reasons.length > 0 ? reasons : ["No source is named."]);
}
async function fetchFrom(part, url, wanted, run) {
  const { tries, firstPause, longestPause } = run.patience;
  let vain = 0;
  let pause = firstPause;
  for (; ; ) {
    const before = part.length;
    try {
      await fetchUrl(part, url, wanted, run);
      if (await isRight(part, url.href, wanted, run)) return;
    } catch (error) {
      const failure = sourceFailure(error, run);
      const hasGained = part.length - before >= GAIN_BYTES;
      vain = hasGained ? 0 : vain + 1;
      if (hasGained) pause = firstPause;
      if (!failure.again || vain >= tries) throw failure;
      run.reporter.say(`${wanted.what}: ${shown(url)} ${failure.message}. It is tried again.`);
      await run.clock.sleep(failure.after ?? pause, run.signal);
      pause = Math.min(pause * 2, longestPause);
    }
  }
}
async function isRight(part, origin, { what, sha256 }, run) {
  const digest = part.digest();
  if (digest === sha256) return true;
  const isToBlame = part.isAllFrom(origin);
  await part.restart();
  if (isToBlame)
    throw new SourceFailure(`sent a file with another SHA-256: expected ${sha256}, got ${digest}`, false);
  run.reporter.say(
    `${what}: the parts that were fetched make a file with another SHA-256. It is fetched anew.`
  );
  return false;
}
async function readLocal(part, path, wanted, run) {
  const size = await sizeOf(path).catch((error) => {
    throw unreadable(error);
  });
  if (size === void 0) throw new SourceFailure("is not there", false);
  if (wanted.bytes !== void 0 && size !== wanted.bytes)
    throw new SourceFailure(`has ${size} bytes instead of ${wanted.bytes}`, false);
  await part.restart();
  const free = await run.disk.freeBytes(part.directory);
  if (size > free) throw new DiskFull(wanted.what, size, free, false);
  try {
    for await (const chunk of (0, import_node_fs4.createReadStream)(path, { signal: run.signal }))
      await append(part, chunk, path, size, wanted, run);
  } catch (error) {
    throw error instanceof DiskFull || run.signal.aborted ? error : unreadable(error);
  }
  const digest = part.digest();
  if (digest === wanted.sha256) return;
  await part.restart();
  throw new SourceFailure(`has another SHA-256: expected ${wanted.sha256}, got ${digest}`, false);
}
function unreadable(error) {
  return new SourceFailure(`cannot be read by uid ${uid()} (${reasonOf(error)})`, false);
}
function sourcesOf(name, from, mirror, urls) {
  return [
    ...from === void 0 ? [] : [{ path: (0, import_node_path5.join)(from.directory, name), called: (0, import_node_path5.join)(from.called, name) }],
    ...mirror === void 0 ? [] : [{ url: belowMirror(mirror, name) }],
    ...urls.map((url) => ({ url }))
  ];
}
function belowMirror(mirror, name) {
  const url = new URL(mirror);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${name}`;
  return url.href;
}
function sourceFailure(error, run) {
  if (error instanceof SourceFailure) return error;
  if (run.signal.aborted || error instanceof DiskFull || isOfDisk(error)) throw error;
  return new SourceFailure(`cannot be read (${reasonOf(error)})`, true);
}
function isOfDisk(error) {
  return error instanceof Error && "syscall" in error && ["open", "write", "ftruncate"].includes(`${error.syscall}`);
}

var import_node_crypto3 = require("node:crypto");
var import_node_path6 = require("node:path");
var OURS = ".dokomodo-bootstrap-";
var FINISHED = `${OURS}finished.json`;
var JOURNAL = `${OURS}journal.json`;
var BEGIN_ANEW = "Remove all that begins with .dokomodo-bootstrap- there, and what there is of the chain's data. Then try again.";
function dataDirectory({ volume, directory }) {
  return (0, import_node_path6.join)(volume, directory);
}
function inVolume({ directory }, part) {
  return (0, import_node_path6.join)(directory, part);
}
function stagingName() {
  return `${OURS}staging-${(0, import_node_crypto3.randomUUID)()}`;
}
async function isFilled(plan) {
  if (await exists((0, import_node_path6.join)(plan.volume, FINISHED))) return true;
  if (await exists((0, import_node_path6.join)(plan.volume, JOURNAL))) return false;
  return exists((0, import_node_path6.join)(dataDirectory(plan), "blocks"));
}
async function dataIn(plan) {
  const found = [];
  for (const name of DATA_NAMES) if (await exists((0, import_node_path6.join)(dataDirectory(plan), name))) found.push(name);
  return found;
}
async function writeJournal(plan, journal, run) {
  await run.disk.sync(plan.volume);
  await run.disk.writeWhole((0, import_node_path6.join)(plan.volume, JOURNAL), JSON.stringify(journal));
}
async function readJournal({ volume, called }) {
  const path = (0, import_node_path6.join)(volume, JOURNAL);
  const text = await textOf(path);
  if (text === void 0) return void 0;
  const value = parseJson(text);
  const { staging, parts } = isObject(value) ? value : {};
  if (typeof staging !== "string" || !staging.startsWith(OURS) || staging.includes("/") || !isParts(parts))
    throw new Error(`${JOURNAL} in ${called} is damaged. ${BEGIN_ANEW}`);
  return { staging, parts };
}
function isParts(value) {
  return Array.isArray(value) && value.every((part) => DATA_NAMES.includes(part));
}
async function moveParts(plan, { staging, parts }, run) {
  const data = dataDirectory(plan);
  await run.disk.makeDirectory(data);
  await run.disk.sync(plan.volume);
  for (const part of parts) {
    const from = (0, import_node_path6.join)(plan.volume, staging, part);
    const to = (0, import_node_path6.join)(data, part);
    const isThere = await exists(to);
    if (!await exists(from)) {
      if (isThere) continue;
      throw new Error(`${staging}/${part} in ${plan.called} has gone. ${BEGIN_ANEW}`);
    }
    if (isThere)
      throw new Error(
        `${inVolume(plan, part)} appeared in ${plan.called} while the bootstrap was unpacked. Remove it, then try again.`
      );
    await run.disk.rename(from, to);
    await run.disk.sync(data);
  }
  await run.disk.writeWhole((0, import_node_path6.join)(plan.volume, FINISHED), JSON.stringify({ sha256: plan.sha256, parts }));
}

var import_promises6 = require("node:fs/promises");
var import_node_path7 = require("node:path");

var import_node_crypto4 = require("node:crypto");
var import_node_fs5 = require("node:fs");
var import_promises4 = require("node:fs/promises");
var import_node_stream = require("node:stream");
var import_promises5 = require("node:stream/promises");
var import_node_zlib = require("node:zlib");
var import_tar_stream = (() => { var library=(()=>{var Ht=(i=>typeof require<"u"?require:typeof Proxy<"u"?new Proxy(i,{get:(t,e)=>(typeof require<"u"?require:t)[e]}):i)(function(i){if(typeof require<"u")return require.apply(this,arguments);throw Error('Dynamic require of "'+i+'" is not supported')});var p=(i,t)=>()=>{try{return t||i((t={exports:{}}).exports,t),t.exports}catch(e){throw t=0,e}};var Yt=p((_r,zt)=>{zt.exports=Ht("events")});var Kt=p((Sr,Vt)=>{Vt.exports=class{constructor(t){if(!(t>0)||(t-1&t)!==0)throw new Error("Max size for a FixedFIFO should be a power of two");this.buffer=new Array(t),this.mask=t-1,this.top=0,this.btm=0,this.next=null}clear(){this.top=this.btm=0,this.next=null,this.buffer.fill(void 0)}push(t){return this.buffer[this.top]!==void 0?!1:(this.buffer[this.top]=t,this.top=this.top+1&this.mask,!0)}shift(){let t=this.buffer[this.btm];if(t!==void 0)return this.buffer[this.btm]=void 0,this.btm=this.btm+1&this.mask,t}peek(){return this.buffer[this.btm]}isEmpty(){return this.buffer[this.btm]===void 0}}});var dt=p((mr,Qt)=>{var jt=Kt();Qt.exports=class{constructor(t){this.hwm=t||16,this.head=new jt(this.hwm),this.tail=this.head,this.length=0}clear(){this.head=this.tail,this.head.clear(),this.length=0}push(t){if(this.length++,!this.head.push(t)){let e=this.head;this.head=e.next=new jt(2*this.head.buffer.length),this.head.push(t)}}shift(){this.length!==0&&this.length--;let t=this.tail.shift();if(t===void 0&&this.tail.next){let e=this.tail.next;return this.tail.next=null,this.tail=e,this.tail.shift()}return t}peek(){let t=this.tail.peek();return t===void 0&&this.tail.next?this.tail.next.peek():t}isEmpty(){return this.length===0}}});var F=p((Er,Xt)=>{function Ke(i){return Buffer.isBuffer(i)||i instanceof Uint8Array}function je(i){return Buffer.isEncoding(i)}function Qe(i,t,e){return Buffer.alloc(i,t,e)}function Xe(i){return Buffer.allocUnsafe(i)}function Ze(i){return Buffer.allocUnsafeSlow(i)}function Je(i,t){return Buffer.byteLength(i,t)}function $e(i,t){return Buffer.compare(i,t)}function ti(i,t){return Buffer.concat(i,t)}function ei(i,t,e,n,r){return o(i).copy(t,e,n,r)}function ii(i,t){return o(i).equals(t)}function ni(i,t,e,n,r){return o(i).fill(t,e,n,r)}function ri(i,t,e){return Buffer.from(i,t,e)}function si(i,t,e,n){return o(i).includes(t,e,n)}function ai(i,t,e,n){return o(i).indexOf(t,e,n)}function ui(i,t,e,n){return o(i).lastIndexOf(t,e,n)}function li(i){return o(i).swap16()}function hi(i){return o(i).swap32()}function oi(i){return o(i).swap64()}function o(i){return Buffer.isBuffer(i)?i:Buffer.from(i.buffer,i.byteOffset,i.byteLength)}function fi(i,t,e,n){return o(i).toString(t,e,n)}function ci(i,t,e){return o(i).toString("hex",t,e)}function di(i,t,e,n,r){return o(i).write(t,e,n,r)}function _i(i,t){return o(i).readDoubleBE(t)}function pi(i,t){return o(i).readDoubleLE(t)}function Si(i,t){return o(i).readFloatBE(t)}function xi(i,t){return o(i).readFloatLE(t)}function mi(i,t){return o(i).readInt32BE(t)}function Ei(i,t){return o(i).readInt32LE(t)}function bi(i,t){return o(i).readUInt32BE(t)}function gi(i,t){return o(i).readUInt32LE(t)}function yi(i,t,e){return o(i).writeDoubleBE(t,e)}function wi(i,t,e){return o(i).writeDoubleLE(t,e)}function Ti(i,t,e){return o(i).writeFloatBE(t,e)}function Ri(i,t,e){return o(i).writeFloatLE(t,e)}function Ai(i,t,e){return o(i).writeInt32BE(t,e)}function ki(i,t,e){return o(i).writeInt32LE(t,e)}function Di(i,t,e){return o(i).writeUInt32BE(t,e)}function Ii(i,t,e){return o(i).writeUInt32LE(t,e)}Xt.exports={isBuffer:Ke,isEncoding:je,alloc:Qe,allocUnsafe:Xe,allocUnsafeSlow:Ze,byteLength:Je,compare:$e,concat:ti,copy:ei,equals:ii,fill:ni,from:ri,includes:si,indexOf:ai,lastIndexOf:ui,swap16:li,swap32:hi,swap64:oi,toBuffer:o,toString:fi,toHex:ci,write:di,readDoubleBE:_i,readDoubleLE:pi,readFloatBE:Si,readFloatLE:xi,readInt32BE:mi,readInt32LE:Ei,readUInt32BE:bi,readUInt32LE:gi,writeDoubleBE:yi,writeDoubleLE:wi,writeFloatBE:Ti,writeFloatLE:Ri,writeInt32BE:Ai,writeInt32LE:ki,writeUInt32BE:Di,writeUInt32LE:Ii}});var Jt=p((gr,Zt)=>{var Ni=F();Zt.exports=class{constructor(t){this.encoding=t}get remaining(){return 0}decode(t){return Ni.toString(t,this.encoding)}flush(){return""}}});var ie=p((wr,ee)=>{var $t=F();ee.exports=class{constructor(){this._reset()}get remaining(){return this.bytesSeen}decode(t){if(t.byteLength===0)return"";if(this.bytesNeeded===0&&te(t,0)===0)return this.bytesSeen=Pi(t),$t.toString(t,"utf8");let e="",n=0;if(this.bytesNeeded>0){for(;n<t.byteLength;){let a=t[n];if(a<this.lowerBoundary||a>this.upperBoundary){e+="\uFFFD",this._reset();break}if(this.lowerBoundary=128,this.upperBoundary=191,this.codePoint=this.codePoint<<6|a&63,this.bytesSeen++,n++,this.bytesSeen===this.bytesNeeded){e+=String.fromCodePoint(this.codePoint),this._reset();break}}if(this.bytesNeeded>0)return e}let r=te(t,n),s=t.byteLength-r;s>n&&(e+=$t.toString(t,"utf8",n,s));for(let a=s;a<t.byteLength;a++){let u=t[a];if(this.bytesNeeded===0){u<=127?(this.bytesSeen=0,e+=String.fromCharCode(u)):u>=194&&u<=223?(this.bytesNeeded=2,this.bytesSeen=1,this.codePoint=u&31):u>=224&&u<=239?(u===224?this.lowerBoundary=160:u===237&&(this.upperBoundary=159),this.bytesNeeded=3,this.bytesSeen=1,this.codePoint=u&15):u>=240&&u<=244?(u===240?this.lowerBoundary=144:u===244&&(this.upperBoundary=143),this.bytesNeeded=4,this.bytesSeen=1,this.codePoint=u&7):(this.bytesSeen=1,e+="\uFFFD");continue}if(u<this.lowerBoundary||u>this.upperBoundary){e+="\uFFFD",a--,this._reset();continue}this.lowerBoundary=128,this.upperBoundary=191,this.codePoint=this.codePoint<<6|u&63,this.bytesSeen++,this.bytesSeen===this.bytesNeeded&&(e+=String.fromCodePoint(this.codePoint),this._reset())}return e}flush(){let t=this.bytesNeeded>0?"\uFFFD":"";return this._reset(),t}_reset(){this.codePoint=0,this.bytesNeeded=0,this.bytesSeen=0,this.lowerBoundary=128,this.upperBoundary=191}};function te(i,t){let e=i.byteLength;if(e<=t)return 0;let n=Math.max(t,e-4),r=e-1;for(;r>n&&(i[r]&192)===128;)r--;if(r<t)return 0;let s=i[r],a;if(s<=127)return 0;if(s>=194&&s<=223)a=2;else if(s>=224&&s<=239)a=3;else if(s>=240&&s<=244)a=4;else return 0;let u=e-r;return u<a?u:0}function Pi(i){let t=i.byteLength;if(t===0)return 0;let e=i[t-1];if(e<=127)return 0;if((e&192)!==128)return 1;let n=Math.max(0,t-4),r=t-2;for(;r>=n&&(i[r]&192)===128;)r--;if(r<0)return 1;let s=i[r],a;if(s>=194&&s<=223)a=2;else if(s>=224&&s<=239)a=3;else if(s>=240&&s<=244)a=4;else return 1;if(t-r!==a)return 1;if(a>=3){let u=i[r+1];if(s===224&&u<160||s===237&&u>159||s===240&&u<144||s===244&&u>143)return 1}return 0}});var re=p((Rr,ne)=>{var Li=Jt(),Oi=ie();ne.exports=class{constructor(t="utf8"){switch(this.encoding=Ui(t),this.encoding){case"utf8":this.decoder=new Oi;break;case"utf16le":case"base64":throw new Error("Unsupported encoding: "+this.encoding);default:this.decoder=new Li(this.encoding)}}get remaining(){return this.decoder.remaining}push(t){return typeof t=="string"?t:this.decoder.decode(t)}write(t){return this.push(t)}end(t){let e="";return t&&(e=this.push(t)),e+=this.decoder.flush(),e}};function Ui(i){switch(i=i.toLowerCase(),i){case"utf8":case"utf-8":return"utf8";case"ucs2":case"ucs-2":case"utf16le":case"utf-16le":return"utf16le";case"latin1":case"binary":return"latin1";case"base64":case"ascii":case"hex":return i;default:throw new Error("Unknown encoding: "+i)}}});var ae=p((Ar,se)=>{se.exports=class b extends Error{constructor(t,e,n=b){super(t),this.code=e,Error.captureStackTrace&&Error.captureStackTrace(this,n)}static isStreamDestroyed(t){return t&&t.code==="STREAM_DESTROYED"}static isPrematureClose(t){return t&&t.code==="PREMATURE_CLOSE"}static isAborted(t){return t&&t.code==="ABORTED"}static isBadArgument(t){return t&&t.code==="BAD_ARGUMENT"}get name(){return"StreamError"}static STREAM_DESTROYED(){return new b("Stream was destroyed","STREAM_DESTROYED",b.STREAM_DESTROYED)}static PREMATURE_CLOSE(t="Premature close"){return new b(t,"PREMATURE_CLOSE",b.PREMATURE_CLOSE)}static ABORTED(){return new b("Stream aborted","ABORTED",b.ABORTED)}static BAD_ARGUMENT(t="Bad argument"){return new b(t,"BAD_ARGUMENT",b.BAD_ARGUMENT)}}});var It=p((kr,ke)=>{var{EventEmitter:Bi}=Yt(),fe=dt(),Fi=re(),m=ae(),_t=typeof queueMicrotask>"u"?i=>global.process.nextTick(i):queueMicrotask,f=(1<<29)-1,g=1,gt=2,T=4,V=8,ce=f^g,Mi=f^gt,Z=16,M=32,q=64,k=128,J=256,yt=512,D=1024,pt=2048,wt=4096,Tt=8192,E=16384,A=32768,lt=65536,O=131072,de=J|yt,Ci=Z|lt,Wi=q|Z,qi=wt|k,Rt=J|O,Gi=f^Z,vi=f^q,Hi=f^(q|lt),ue=f^lt,zi=f^J,Yi=f^(k|Tt),Vi=f^D,le=f^de,_e=f^A,Ki=f^M,pe=f^O,ji=f^Rt,R=1<<18,W=2<<18,$=4<<18,U=8<<18,tt=16<<18,N=32<<18,St=64<<18,C=128<<18,At=256<<18,I=512<<18,ht=1024<<18,Qi=f^(R|At),Se=f^$,Xi=f^(R|I),Zi=f^tt,Ji=f^U,xe=f^C,$i=f^W,me=f^ht,K=Z|R,Ee=f^K,kt=E|N,y=T|V|gt,x=y|g,be=y|kt,tn=Se&vi,ot=C|A,en=ot&Ee,ge=x|en,nn=x|D|E,he=x|E|k,rn=x|D|k,sn=x|wt|k|Tt,an=x|Z|D|E|lt|O,un=y|D|E,ln=M|x|A|q,hn=A|g,on=x|I|N,fn=U|tt,ye=U|R,cn=U|tt|x|R,oe=x|R|U|ht,dn=$|R,_n=R|At,pn=x|I|ye|N,Sn=tt|y|I|N,xn=W|x|C|$,mn=I|N|y,it=Symbol.asyncIterator||Symbol("asyncIterator"),nt=class{constructor(t,{highWaterMark:e=16384,map:n=null,mapWritable:r,byteLength:s,byteLengthWritable:a}={}){this.stream=t,this.queue=new fe,this.highWaterMark=e,this.buffered=0,this.error=null,this.pipeline=null,this.drains=null,this.byteLength=a||s||Ae,this.map=r||n,this.afterWrite=gn.bind(this),this.afterUpdateNextTick=Tn.bind(this)}get ending(){return(this.stream._duplexState&I)!==0}get ended(){return(this.stream._duplexState&N)!==0}push(t){return(this.stream._duplexState&mn)!==0?!1:(this.map!==null&&(t=this.map(t)),this.buffered+=this.byteLength(t),this.queue.push(t),this.buffered<this.highWaterMark?(this.stream._duplexState|=U,!0):(this.stream._duplexState|=fn,!1))}shift(){let t=this.queue.shift();return this.buffered-=this.byteLength(t),this.buffered===0&&(this.stream._duplexState&=Ji),t}end(t){typeof t=="function"?this.stream.once("finish",t):t!=null&&this.push(t),this.stream._duplexState=(this.stream._duplexState|I)&Se}autoBatch(t,e){let n=[],r=this.stream;for(n.push(t);(r._duplexState&oe)===ye;)n.push(r._writableState.shift());if((r._duplexState&x)!==0)return e(null);r._writev(n,e)}update(){let t=this.stream;t._duplexState|=W;do{for(;(t._duplexState&oe)===U;){let e=this.shift();t._duplexState|=_n,t._write(e,this.afterWrite)}(t._duplexState&dn)===0&&this.updateNonPrimary()}while(this.continueUpdate()===!0);t._duplexState&=$i}updateNonPrimary(){let t=this.stream;if((t._duplexState&pn)===I){t._duplexState=t._duplexState|R,t._final(bn.bind(this));return}if((t._duplexState&y)===T){(t._duplexState&ot)===0&&(t._duplexState|=K,t._destroy(we.bind(this)));return}(t._duplexState&ge)===g&&(t._duplexState=(t._duplexState|K)&ce,t._open(Te.bind(this)))}continueUpdate(){return(this.stream._duplexState&C)===0?!1:(this.stream._duplexState&=xe,!0)}updateCallback(){(this.stream._duplexState&xn)===$?this.update():this.updateNextTick()}updateNextTick(){(this.stream._duplexState&C)===0&&(this.stream._duplexState|=C,(this.stream._duplexState&W)===0&&_t(this.afterUpdateNextTick))}},xt=class{constructor(t,{highWaterMark:e=16384,map:n=null,mapReadable:r,byteLength:s,byteLengthReadable:a}={}){this.stream=t,this.queue=new fe,this.highWaterMark=e===0?1:e,this.buffered=0,this.readAhead=e>0,this.error=null,this.pipeline=null,this.byteLength=a||s||Ae,this.map=r||n,this.pipeTo=null,this.afterRead=yn.bind(this),this.afterUpdateNextTick=wn.bind(this)}get ending(){return(this.stream._duplexState&D)!==0}get ended(){return(this.stream._duplexState&E)!==0}pipe(t,e){if(this.pipeTo!==null)throw m.BAD_ARGUMENT("Can only pipe to one destination");if(typeof e!="function"&&(e=null),this.stream._duplexState|=yt,this.pipeTo=t,this.pipeline=new Et(this.stream,t,e),e&&this.stream.on("error",bt),X(t))t._writableState.pipeline=this.pipeline,e&&t.on("error",bt),t.on("finish",this.pipeline.finished.bind(this.pipeline));else{let n=this.pipeline.done.bind(this.pipeline,t),r=this.pipeline.done.bind(this.pipeline,t,null);t.on("error",n),t.on("close",r),t.on("finish",this.pipeline.finished.bind(this.pipeline))}t.on("drain",En.bind(this)),this.stream.emit("piping",t),t.emit("pipe",this.stream)}push(t){let e=this.stream;return t===null?(this.highWaterMark=0,e._duplexState=(e._duplexState|D)&Hi,!1):this.map!==null&&(t=this.map(t),t===null)?(e._duplexState&=ue,this.buffered<this.highWaterMark):(this.buffered+=this.byteLength(t),this.queue.push(t),e._duplexState=(e._duplexState|k)&ue,this.buffered<this.highWaterMark)}shift(){let t=this.queue.shift();return this.buffered-=this.byteLength(t),this.buffered===0&&(this.stream._duplexState&=Yi),t}unshift(t){let e=[this.map!==null?this.map(t):t];for(;this.buffered>0;)e.push(this.shift());for(let n=0;n<e.length-1;n++){let r=e[n];this.buffered+=this.byteLength(r),this.queue.push(r)}this.push(e[e.length-1])}read(){let t=this.stream;if((t._duplexState&he)===k){let e=this.shift();return this.pipeTo!==null&&this.pipeTo.write(e)===!1&&(t._duplexState&=le),(t._duplexState&pt)!==0&&t.emit("data",e),e}return this.readAhead===!1&&(t._duplexState|=O,this.updateNextTick()),null}drain(){let t=this.stream;for(;(t._duplexState&he)===k&&(t._duplexState&de)!==0;){let e=this.shift();this.pipeTo!==null&&this.pipeTo.write(e)===!1&&(t._duplexState&=le),(t._duplexState&pt)!==0&&t.emit("data",e)}}update(){let t=this.stream;t._duplexState|=M;do{for(this.drain();this.buffered<this.highWaterMark&&(t._duplexState&an)===O;)t._duplexState|=Ci,t._read(this.afterRead),this.drain();(t._duplexState&sn)===qi&&(t._duplexState|=Tt,t.emit("readable")),(t._duplexState&Wi)===0&&this.updateNonPrimary()}while(this.continueUpdate()===!0);t._duplexState&=Ki}updateNonPrimary(){let t=this.stream;if((t._duplexState&rn)===D&&(t._duplexState=(t._duplexState|E)&Vi,t.emit("end"),(t._duplexState&be)===kt&&(t._duplexState|=T),this.pipeTo!==null&&this.pipeTo.end()),(t._duplexState&y)===T){(t._duplexState&ot)===0&&(t._duplexState|=K,t._destroy(we.bind(this)));return}(t._duplexState&ge)===g&&(t._duplexState=(t._duplexState|K)&ce,t._open(Te.bind(this)))}continueUpdate(){return(this.stream._duplexState&A)===0?!1:(this.stream._duplexState&=_e,!0)}updateCallback(){(this.stream._duplexState&ln)===q?this.update():this.updateNextTick()}updateNextTickIfOpen(){(this.stream._duplexState&hn)===0&&(this.stream._duplexState|=A,(this.stream._duplexState&M)===0&&_t(this.afterUpdateNextTick))}updateNextTick(){(this.stream._duplexState&A)===0&&(this.stream._duplexState|=A,(this.stream._duplexState&M)===0&&_t(this.afterUpdateNextTick))}},mt=class{constructor(t){this.data=null,this.afterTransform=An.bind(t),this.afterFinal=null}},Et=class{constructor(t,e,n){this.from=t,this.to=e,this.afterPipe=n,this.error=null,this.pipeToFinished=!1}finished(){this.pipeToFinished=!0}done(t,e){if(e&&(this.error=e),t===this.to&&(this.to=null,this.from!==null)){((this.from._duplexState&E)===0||!this.pipeToFinished)&&this.from.destroy(this.error||m.PREMATURE_CLOSE("Writable stream closed"));return}if(t===this.from&&(this.from=null,this.to!==null)){(t._duplexState&E)===0&&this.to.destroy(this.error||m.PREMATURE_CLOSE("Readable stream closed"));return}this.afterPipe!==null&&this.afterPipe(this.error),this.to=this.from=this.afterPipe=null}};function En(){this.stream._duplexState|=yt,this.updateCallback()}function bn(i){let t=this.stream;i&&t.destroy(i),(t._duplexState&y)===0&&(t._duplexState|=N,t.emit("finish")),(t._duplexState&be)===kt&&(t._duplexState|=T),t._duplexState&=Xi,(t._duplexState&W)===0?this.update():this.updateNextTick()}function we(i){let t=this.stream;!i&&!m.isStreamDestroyed(this.error)&&(i=this.error),i&&t.emit("error",i),t._duplexState|=V,t.emit("close");let e=t._readableState,n=t._writableState;if(e!==null&&e.pipeline!==null&&e.pipeline.done(t,i),n!==null){for(;n.drains!==null&&n.drains.length>0;)n.drains.shift().resolve(!1);n.pipeline!==null&&n.pipeline.done(t,i)}}function gn(i){let t=this.stream;i&&t.destroy(i),t._duplexState&=Qi,this.drains!==null&&Rn(this.drains),(t._duplexState&cn)===tt&&(t._duplexState&=Zi,(t._duplexState&St)===St&&t.emit("drain")),this.updateCallback()}function yn(i){i&&this.stream.destroy(i),this.stream._duplexState&=Gi,this.readAhead===!1&&(this.stream._duplexState&J)===0&&(this.stream._duplexState&=pe),this.updateCallback()}function wn(){(this.stream._duplexState&M)===0&&(this.stream._duplexState&=_e,this.update())}function Tn(){(this.stream._duplexState&W)===0&&(this.stream._duplexState&=xe,this.update())}function Rn(i){for(let t=0;t<i.length;t++)--i[t].writes===0&&(i.shift().resolve(!0),t--)}function Te(i){let t=this.stream;i&&t.destroy(i),(t._duplexState&T)===0&&((t._duplexState&nn)===0&&(t._duplexState|=q),(t._duplexState&on)===0&&(t._duplexState|=$),t.emit("open")),t._duplexState&=Ee,t._writableState!==null&&t._writableState.updateCallback(),t._readableState!==null&&t._readableState.updateCallback()}function An(i,t){t!=null&&this.push(t),this._writableState.afterWrite(i)}function kn(i){this._readableState!==null&&(i==="data"&&(this._duplexState|=pt|Rt,this._readableState.updateNextTick()),i==="readable"&&(this._duplexState|=wt,this._readableState.updateNextTick())),this._writableState!==null&&i==="drain"&&(this._duplexState|=St,this._writableState.updateNextTick())}var j=class extends Bi{constructor(t){super(),this._duplexState=0,this._readableState=null,this._writableState=null,t&&(t.open&&(this._open=t.open),t.destroy&&(this._destroy=t.destroy),t.predestroy&&(this._predestroy=t.predestroy),t.signal&&t.signal.addEventListener("abort",Wn.bind(this))),this.on("newListener",kn)}_open(t){t(null)}_destroy(t){t(null)}_predestroy(){}get readable(){return this._readableState!==null?!0:void 0}get writable(){return this._writableState!==null?!0:void 0}get destroyed(){return(this._duplexState&V)!==0}get destroying(){return(this._duplexState&y)!==0}destroy(t){(this._duplexState&y)===0&&(t||(t=m.STREAM_DESTROYED()),this._duplexState=(this._duplexState|T)&tn,this._readableState!==null&&(this._readableState.highWaterMark=0,this._readableState.error=t),this._writableState!==null&&(this._writableState.highWaterMark=0,this._writableState.error=t),this._duplexState|=gt,this._predestroy(),this._duplexState&=Mi,this._readableState!==null&&this._readableState.updateNextTick(),this._writableState!==null&&this._writableState.updateNextTick())}},rt=class i extends j{constructor(t){super(t),this._duplexState|=g|N|O,this._readableState=new xt(this,t),t&&(this._readableState.readAhead===!1&&(this._duplexState&=pe),t.read&&(this._read=t.read),t.eagerOpen&&this._readableState.updateNextTick(),t.encoding&&this.setEncoding(t.encoding))}static deferred(t,e){let n=new ut(e);return t().then(r=>{if(r===null)return n.end();n.destroying||Dt(r,n,bt)}).catch(r=>n.destroy(r)),n}setEncoding(t){let e=new Fi(t),n=this._readableState.map||Nn;return this._readableState.map=r,this;function r(s){let a=e.push(s);return a===""&&(s.byteLength!==0||e.remaining>0)?null:n(a)}}_read(t){t(null)}pipe(t,e){return this._readableState.updateNextTick(),this._readableState.pipe(t,e),t}read(){return this._readableState.updateNextTick(),this._readableState.read()}push(t){return this._readableState.updateNextTickIfOpen(),this._readableState.push(t)}unshift(t){return this._readableState.updateNextTickIfOpen(),this._readableState.unshift(t)}resume(){return this._duplexState|=Rt,this._readableState.updateNextTick(),this}pause(){return this._duplexState&=this._readableState.readAhead===!1?ji:zi,this}static _fromAsyncIterator(t,e){let n,r=new i({...e,read(a){t.next().then(s).then(a.bind(null,null)).catch(a)},predestroy(){n=t.return()},destroy(a){if(!n)return a(null);n.then(a.bind(null,null)).catch(a)}});return r;function s(a){a.done?r.push(null):r.push(a.value)}}static from(t,e){if(Fn(t))return t;if(t[it])return this._fromAsyncIterator(t[it](),e);Array.isArray(t)||(t=t===void 0?[]:[t]);let n=0;return new i({...e,read(r){this.push(n===t.length?null:t[n++]),r(null)}})}static isBackpressured(t){return(t._duplexState&un)!==0||t._readableState.buffered>=t._readableState.highWaterMark}static isPaused(t){return(t._duplexState&J)===0}[it](){let t=this,e=null,n=null,r=null;return this.on("error",l=>{e=l}),this.on("readable",s),this.on("close",a),{[it](){return this},next(){return new Promise(function(l,d){n=l,r=d;let S=t.read();S!==null?u(S):(t._duplexState&V)!==0&&u(null)})},return(){return w(null)},throw(l){return w(l)}};function s(){n!==null&&u(t.read())}function a(){n!==null&&u(null)}function u(l){r!==null&&(e?r(e):l===null&&(t._duplexState&E)===0?r(m.STREAM_DESTROYED()):n({value:l,done:l===null}),r=n=null)}function w(l){return t.destroy(l),new Promise((d,S)=>{if(t._duplexState&V)return d({value:void 0,done:!0});t.once("close",function(){l?S(l):d({value:void 0,done:!0})})})}}},st=class extends j{constructor(t){super(t),this._duplexState|=g|E,this._writableState=new nt(this,t),t&&(t.writev&&(this._writev=t.writev),t.write&&(this._write=t.write),t.final&&(this._final=t.final),t.eagerOpen&&this._writableState.updateNextTick())}cork(){this._duplexState|=ht}uncork(){this._duplexState&=me,this._writableState.updateNextTick()}_writev(t,e){e(null)}_write(t,e){this._writableState.autoBatch(t,e)}_final(t){t(null)}static isBackpressured(t){return(t._duplexState&Sn)!==0}static drained(t){if(t.destroyed)return Promise.resolve(!1);let e=t._writableState,r=(qn(t)?Math.min(1,e.queue.length):e.queue.length)+(t._duplexState&At?1:0);return r===0?Promise.resolve(!0):(e.drains===null&&(e.drains=[]),new Promise(s=>{e.drains.push({writes:r,resolve:s})}))}write(t){return this._writableState.updateNextTick(),this._writableState.push(t)}end(t){return this._writableState.updateNextTick(),this._writableState.end(t),this}},Q=class extends rt{constructor(t){super(t),this._duplexState=g|this._duplexState&O,this._writableState=new nt(this,t),t&&(t.writev&&(this._writev=t.writev),t.write&&(this._write=t.write),t.final&&(this._final=t.final))}cork(){this._duplexState|=ht}uncork(){this._duplexState&=me,this._writableState.updateNextTick()}_writev(t,e){e(null)}_write(t,e){this._writableState.autoBatch(t,e)}_final(t){t(null)}write(t){return this._writableState.updateNextTick(),this._writableState.push(t)}end(t){return this._writableState.updateNextTick(),this._writableState.end(t),this}},at=class extends Q{constructor(t){super(t),this._transformState=new mt(this),t&&(t.transform&&(this._transform=t.transform),t.flush&&(this._flush=t.flush))}_write(t,e){this._readableState.buffered>=this._readableState.highWaterMark?this._transformState.data=t:this._transform(t,this._transformState.afterTransform)}_read(t){if(this._transformState.data!==null){let e=this._transformState.data;this._transformState.data=null,t(null),this._transform(e,this._transformState.afterTransform)}else t(null)}destroy(t){super.destroy(t),this._transformState.data!==null&&(this._transformState.data=null,this._transformState.afterTransform())}_transform(t,e){e(null,t)}_flush(t){t(null)}_final(t){this._transformState.afterFinal=t,this._flush(Dn.bind(this))}},ut=class extends at{};function Dn(i,t){let e=this._transformState.afterFinal;if(i)return e(i);t!=null&&this.push(t),this.push(null),e(null)}function In(...i){return new Promise((t,e)=>Dt(...i,n=>{if(n)return e(n);t()}))}function Dt(i,...t){let e=Array.isArray(i)?[...i,...t]:[i,...t],n=e.length&&typeof e[e.length-1]=="function"?e.pop():null;if(e.length<2)throw m.BAD_ARGUMENT("Pipeline requires at least 2 streams");let r=e[0],s=null,a=null;for(let l=1;l<e.length;l++)s=e[l],X(r)?r.pipe(s,w):(u(r,!0,l>1,w),r.pipe(s)),r=s;if(n){let l=!1,d=X(s)||!!(s._writableState&&s._writableState.autoDestroy);s.on("error",S=>{a===null&&(a=S)}),s.on("finish",()=>{l=!0,d||n(a)}),d&&s.on("close",()=>n(a||(l?null:m.PREMATURE_CLOSE())))}return s;function u(l,d,S,c){l.on("error",c),l.on("close",_);function _(){if(d&&l._readableState&&!l._readableState.ended||S&&l._writableState&&!l._writableState.ended)return c(m.PREMATURE_CLOSE())}}function w(l){if(!(!l||a)){a=l;for(let d of e)d.destroy(l)}}}function Nn(i){return i}function Re(i){return!!i._readableState||!!i._writableState}function X(i){return typeof i._duplexState=="number"&&Re(i)}function Pn(i){return!!i._readableState&&i._readableState.ending}function Ln(i){return!!i._readableState&&i._readableState.ended}function On(i){return!!i._writableState&&i._writableState.ending}function Un(i){return!!i._writableState&&i._writableState.ended}function Bn(i,t={}){let e=i._readableState&&i._readableState.error||i._writableState&&i._writableState.error;return!t.all&&m.isStreamDestroyed(e)?null:e}function Fn(i){return X(i)&&i.readable}function Mn(i){return(i._duplexState&g)!==g||(i._duplexState&T)===T||(i._duplexState&ot)!==0}function Cn(i){return typeof i=="object"&&i!==null&&typeof i.byteLength=="number"}function Ae(i){return Cn(i)?i.byteLength:1024}function bt(){}function Wn(){this.destroy(m.ABORTED())}function qn(i){return i._writev!==st.prototype._writev&&i._writev!==Q.prototype._writev}ke.exports={pipeline:Dt,pipelinePromise:In,isStream:Re,isStreamx:X,isEnding:Pn,isEnded:Ln,isFinishing:On,isFinished:Un,isDisturbed:Mn,getStreamError:Bn,Stream:j,Writable:st,Readable:rt,Duplex:Q,Transform:at,PassThrough:ut}});var Lt=p(v=>{var h=F(),Gn="0000000000000000000",vn="7777777777777777777",ft=48,De=h.from([117,115,116,97,114,0]),Hn=h.from([ft,ft]),zn=h.from([117,115,116,97,114,32]),Yn=h.from([32,0]),Vn=4095,et=257,Pt=263;v.decodeLongPath=function(t,e){return G(t,0,t.length,e)};v.encodePax=function(t){let e="";t.name&&(e+=Nt(" path="+t.name+`
`)),t.linkname&&(e+=Nt(" linkpath="+t.linkname+`
`));let n=t.pax;if(n)for(let r in n)e+=Nt(" "+r+"="+n[r]+`
`);return h.from(e)};v.decodePax=function(t){let e={};for(;t.length;){let n=0;for(;n<t.length&&t[n]!==32;)n++;let r=parseInt(h.toString(t.subarray(0,n)),10);if(!r)return e;let s=h.toString(t.subarray(n+1,r-1)),a=s.indexOf("=");if(a===-1)return e;e[s.slice(0,a)]=s.slice(a+1),t=t.subarray(r)}return e};v.encode=function(t){let e=h.alloc(512),n=t.name,r="";if(t.typeflag===5&&n[n.length-1]!=="/"&&(n+="/"),h.byteLength(n)!==n.length)return null;for(;h.byteLength(n)>100;){let s=n.indexOf("/");if(s===-1)return null;r+=r?"/"+n.slice(0,s):n.slice(0,s),n=n.slice(s+1)}return h.byteLength(n)>100||h.byteLength(r)>155||t.linkname&&h.byteLength(t.linkname)>100?null:(h.write(e,n),h.write(e,L(t.mode&Vn,6),100),h.write(e,L(t.uid,6),108),h.write(e,L(t.gid,6),116),$n(t.size,e,124),h.write(e,L(t.mtime.getTime()/1e3|0,11),136),e[156]=ft+Zn(t.type),t.linkname&&h.write(e,t.linkname,157),h.copy(De,e,et),h.copy(Hn,e,Pt),t.uname&&h.write(e,t.uname,265),t.gname&&h.write(e,t.gname,297),h.write(e,L(t.devmajor||0,6),329),h.write(e,L(t.devminor||0,6),337),r&&h.write(e,r,345),h.write(e,L(Ne(e),6),148),e)};v.decode=function(t,e,n){let r=t[156]===0?0:t[156]-ft,s=G(t,0,100,e),a=P(t,100,8),u=P(t,108,8),w=P(t,116,8),l=P(t,124,12),d=P(t,136,12),S=Xn(r),c=t[157]===0?null:G(t,157,100,e),_=G(t,265,32),Y=G(t,297,32),Ye=P(t,329,8),Ve=P(t,337,8),vt=Ne(t);if(vt===256)return null;if(vt!==P(t,148,8))throw new Error("Invalid tar header. Maybe the tar is corrupted or it needs to be gunzipped?");if(Kn(t))t[345]&&(s=G(t,345,155,e)+"/"+s);else if(!jn(t)){if(!n)throw new Error("Invalid tar header: unknown format.")}return r===0&&s&&s[s.length-1]==="/"&&(r=5),{name:s,mode:a,uid:u,gid:w,size:l,byteOffset:0,mtime:new Date(1e3*d),type:S,linkname:c,uname:_,gname:Y,devmajor:Ye,devminor:Ve,pax:null}};function Kn(i){return h.equals(De,i.subarray(et,et+6))}function jn(i){return h.equals(zn,i.subarray(et,et+6))&&h.equals(Yn,i.subarray(Pt,Pt+2))}function Qn(i,t,e){return typeof i!="number"?e:(i=~~i,i>=t?t:i>=0||(i+=t,i>=0)?i:0)}function Xn(i){switch(i){case 0:return"file";case 1:return"link";case 2:return"symlink";case 3:return"character-device";case 4:return"block-device";case 5:return"directory";case 6:return"fifo";case 7:return"contiguous-file";case 72:return"pax-header";case 55:return"pax-global-header";case 27:return"gnu-long-link-path";case 28:case 30:return"gnu-long-path"}return null}function Zn(i){switch(i){case"file":return 0;case"link":return 1;case"symlink":return 2;case"character-device":return 3;case"block-device":return 4;case"directory":return 5;case"fifo":return 6;case"contiguous-file":return 7;case"pax-header":return 72}return 0}function Ie(i,t,e,n){for(;e<n;e++)if(i[e]===t)return e;return n}function Ne(i){let t=256;for(let e=0;e<148;e++)t+=i[e];for(let e=156;e<512;e++)t+=i[e];return t}function L(i,t){return i=i.toString(8),i.length>t?vn.slice(0,t)+" ":Gn.slice(0,t-i.length)+i+" "}function Jn(i,t,e){t[e]=128;for(let n=11;n>0;n--)t[e+n]=i&255,i=Math.floor(i/256)}function $n(i,t,e){i.toString(8).length>11?Jn(i,t,e):h.write(t,L(i,11),e)}function tr(i){let t;if(i[0]===128)t=!0;else if(i[0]===255)t=!1;else return null;let e=[],n;for(n=i.length-1;n>0;n--){let a=i[n];t?e.push(a):e.push(255-a)}let r=0,s=e.length;for(n=0;n<s;n++)r+=e[n]*Math.pow(256,n);return t?r:-1*r}function P(i,t,e){if(i=i.subarray(t,t+e),t=0,i[t]&128)return tr(i);{for(;t<i.length&&i[t]===32;)t++;let n=Qn(Ie(i,32,t,i.length),i.length,i.length);for(;t<n&&i[t]===0;)t++;return n===t?0:parseInt(h.toString(i.subarray(t,n)),8)}}function G(i,t,e,n){return h.toString(i.subarray(t,Ie(i,0,t,t+e)),n)}function Nt(i){let t=h.byteLength(i),e=Math.floor(Math.log(t)/Math.log(10))+1;return t+e>=Math.pow(10,e)&&e++,t+e+i}});var Be=p((Ir,Ue)=>{var{Writable:er,Readable:ir,getStreamError:Pe}=It(),nr=dt(),Le=F(),H=Lt(),rr=Le.alloc(0),sr=4*1024*1024,Ut=class{constructor(){this.buffered=0,this.shifted=0,this.queue=new nr,this._offset=0}push(t){this.buffered+=t.byteLength,this.queue.push(t)}shiftFirst(t){return this.buffered===0?null:this._next(t)}shift(t){if(t>this.buffered)return null;if(t===0)return rr;let e=this._next(t);if(t===e.byteLength)return e;let n=[e];for(;(t-=e.byteLength)>0;)e=this._next(t),n.push(e);return Le.concat(n)}_next(t){let e=this.queue.peek(),n=e.byteLength-this._offset;if(t>=n){let r=this._offset?e.subarray(this._offset,e.byteLength):e;return this.queue.shift(),this._offset=0,this.buffered-=n,this.shifted+=n,r}return this.buffered-=t,this.shifted+=t,e.subarray(this._offset,this._offset+=t)}},Bt=class extends ir{constructor(t,e,n){super(),this.header=e,this.offset=n,this._parent=t}_read(t){this.header.size===0&&this.push(null),this._parent._stream===this&&this._parent._update(),t(null)}_predestroy(){this._parent.destroy(Pe(this))}_detach(){this._parent._stream===this&&(this._parent._stream=null,this._parent._missing=Oe(this.header.size),this._parent._update())}_destroy(t){this._detach(),t(null)}},Ft=class extends er{constructor(t){super(t),t||(t={}),this._buffer=new Ut,this._offset=0,this._header=null,this._stream=null,this._missing=0,this._longHeader=!1,this._callback=Ot,this._locked=!1,this._finished=!1,this._pax=null,this._paxGlobal=null,this._gnuLongPath=null,this._gnuLongLinkPath=null,this._filenameEncoding=t.filenameEncoding||"utf-8",this._allowUnknownFormat=!!t.allowUnknownFormat,this._unlockBound=this._unlock.bind(this)}_unlock(t){if(this._locked=!1,t){this.destroy(t),this._continueWrite(t);return}this._update()}_consumeHeader(){if(this._locked)return!1;this._offset=this._buffer.shifted;try{this._header=H.decode(this._buffer.shift(512),this._filenameEncoding,this._allowUnknownFormat)}catch(t){return this._continueWrite(t),!1}if(!this._header)return!0;switch(this._header.byteOffset=this._buffer.shifted,this._header.type){case"gnu-long-path":case"gnu-long-link-path":case"pax-global-header":case"pax-header":return this._longHeader=!0,this._missing=this._header.size,this._missing>sr?(this._continueWrite(new Error("Header exceeds max size")),!1):!0}return this._locked=!0,this._applyLongHeaders(),this._header.size>=0?this._header.size===0||this._header.type==="directory"?(this.emit("entry",this._header,this._createStream(),this._unlockBound),!0):(this._stream=this._createStream(),this._missing=this._header.size,this.emit("entry",this._header,this._stream,this._unlockBound),!0):(this._continueWrite(new Error("Invalid header")),!1)}_applyLongHeaders(){this._gnuLongPath&&(this._header.name=this._gnuLongPath,this._gnuLongPath=null),this._gnuLongLinkPath&&(this._header.linkname=this._gnuLongLinkPath,this._gnuLongLinkPath=null),this._pax&&(this._pax.path&&(this._header.name=this._pax.path),this._pax.linkpath&&(this._header.linkname=this._pax.linkpath),this._pax.size&&(this._header.size=parseInt(this._pax.size,10)),this._header.pax=this._pax,this._pax=null)}_decodeLongHeader(t){switch(this._header.type){case"gnu-long-path":this._gnuLongPath=H.decodeLongPath(t,this._filenameEncoding);break;case"gnu-long-link-path":this._gnuLongLinkPath=H.decodeLongPath(t,this._filenameEncoding);break;case"pax-global-header":this._paxGlobal=H.decodePax(t);break;case"pax-header":this._pax=this._paxGlobal===null?H.decodePax(t):Object.assign({},this._paxGlobal,H.decodePax(t));break}}_consumeLongHeader(){this._longHeader=!1,this._missing=Oe(this._header.size);let t=this._buffer.shift(this._header.size);try{this._decodeLongHeader(t)}catch(e){return this._continueWrite(e),!1}return!0}_consumeStream(){let t=this._buffer.shiftFirst(this._missing);if(t===null)return!1;this._missing-=t.byteLength;let e=this._stream.push(t);return this._missing===0?(this._stream.push(null),e&&this._stream._detach(),e&&this._locked===!1):e}_createStream(){return new Bt(this,this._header,this._offset)}_update(){for(;this._buffer.buffered>0&&!this.destroying;){if(this._missing>0){if(this._stream!==null){if(this._consumeStream()===!1)return;continue}if(this._longHeader===!0){if(this._missing>this._buffer.buffered)break;if(this._consumeLongHeader()===!1)return!1;continue}let t=this._buffer.shiftFirst(this._missing);t!==null&&(this._missing-=t.byteLength);continue}if(this._buffer.buffered<512)break;if(this._stream!==null||this._consumeHeader()===!1)return}this._continueWrite(null)}_continueWrite(t){let e=this._callback;this._callback=Ot,e(t)}_write(t,e){this._callback=e,this._buffer.push(t),this._update()}_final(t){this._finished=this._missing===0&&this._buffer.buffered===0,t(this._finished?null:new Error("Unexpected end of data"))}_predestroy(){this._continueWrite(null)}_destroy(t){this._stream&&this._stream.destroy(Pe(this)),t(null)}[Symbol.asyncIterator](){let t=null,e=null,n=null,r=null,s=null,a=this;return this.on("entry",l),this.on("error",c=>{t=c}),this.on("close",d),{[Symbol.asyncIterator](){return this},next(){return new Promise(w)},return(){return S(null)},throw(c){return S(c)}};function u(c){if(!s)return;let _=s;s=null,_(c)}function w(c,_){if(t)return _(t);if(r){c({value:r,done:!1}),r=null;return}e=c,n=_,u(null),a._finished&&e&&(e({value:void 0,done:!0}),e=n=null)}function l(c,_,Y){s=Y,_.on("error",Ot),e?(e({value:_,done:!1}),e=n=null):r=_}function d(){u(t),e&&(t?n(t):e({value:void 0,done:!0}),e=n=null)}function S(c){return a.destroy(c),u(c),new Promise((_,Y)=>{if(a.destroyed)return _({value:void 0,done:!0});a.once("close",function(){c?Y(c):_({value:void 0,done:!0})})})}}};Ue.exports=function(t){return new Ft(t)};function Ot(){}function Oe(i){return i&=511,i&&512-i}});var Me=p((Nr,Mt)=>{var Fe={S_IFMT:61440,S_IFDIR:16384,S_IFCHR:8192,S_IFBLK:24576,S_IFIFO:4096,S_IFLNK:40960};try{Mt.exports=Ht("fs").constants||Fe}catch{Mt.exports=Fe}});var ve=p((Pr,Ge)=>{var{Readable:ar,Writable:ur,getStreamError:Ce}=It(),B=F(),z=Me(),ct=Lt(),lr=493,hr=420,We=B.alloc(1024),Wt=class extends ur{constructor(t,e,n){super({mapWritable:fr,eagerOpen:!0}),this.written=0,this.header=e,this._callback=n,this._linkname=null,this._isLinkname=e.type==="symlink"&&!e.linkname,this._isVoid=e.type!=="file"&&e.type!=="contiguous-file",this._finished=!1,this._pack=t,this._openCallback=null,this._pack._stream===null?this._pack._stream=this:this._pack._pending.push(this)}_open(t){this._openCallback=t,this._pack._stream===this&&this._continueOpen()}_continuePack(t){if(this._callback===null)return;let e=this._callback;this._callback=null,e(t)}_continueOpen(){this._pack._stream===null&&(this._pack._stream=this);let t=this._openCallback;if(this._openCallback=null,t!==null){if(this._pack.destroying)return t(new Error("pack stream destroyed"));if(this._pack._finalized)return t(new Error("pack stream is already finalized"));this._pack._stream=this,this._isLinkname||this._pack._encode(this.header),this._isVoid&&(this._finish(),this._continuePack(null)),t(null)}}_write(t,e){if(this._isLinkname)return this._linkname=this._linkname?B.concat([this._linkname,t]):t,e(null);if(this._isVoid)return t.byteLength>0?e(new Error("No body allowed for this entry")):e();if(this.written+=t.byteLength,this._pack.push(t))return e();this._pack._drain=e}_finish(){this._finished||(this._finished=!0,this._isLinkname&&(this.header.linkname=this._linkname?B.toString(this._linkname,"utf-8"):"",this._pack._encode(this.header)),qe(this._pack,this.header.size),this._pack._done(this))}_final(t){if(this.written!==this.header.size)return t(new Error("Size mismatch"));this._finish(),t(null)}_getError(){return Ce(this)||new Error("tar entry destroyed")}_predestroy(){this._pack.destroy(this._getError())}_destroy(t){this._pack._done(this),this._continuePack(this._finished?null:this._getError()),t()}},qt=class extends ar{constructor(t){super(t),this._drain=Ct,this._finalized=!1,this._finalizing=!1,this._pending=[],this._stream=null}entry(t,e,n){if(this._finalized||this.destroying)throw new Error("already finalized or destroyed");typeof e=="function"&&(n=e,e=null),n||(n=Ct),(!t.size||t.type==="symlink")&&(t.size=0),t.type||(t.type=or(t.mode)),t.mode||(t.mode=t.type==="directory"?lr:hr),t.uid||(t.uid=0),t.gid||(t.gid=0),t.mtime||(t.mtime=new Date),typeof e=="string"&&(e=B.from(e));let r=new Wt(this,t,n);return B.isBuffer(e)?(t.size=e.byteLength,r.write(e),r.end(),r):(r._isVoid,r)}finalize(){if(this._stream||this._pending.length>0){this._finalizing=!0;return}this._finalized||(this._finalized=!0,this.push(We),this.push(null))}_done(t){t===this._stream&&(this._stream=null,this._finalizing&&this.finalize(),this._pending.length&&this._pending.shift()._continueOpen())}_encode(t){if(!t.pax){let e=ct.encode(t);if(e){this.push(e);return}}this._encodePax(t)}_encodePax(t){let e=ct.encodePax({name:t.name,linkname:t.linkname,pax:t.pax}),n={name:"PaxHeader",mode:t.mode,uid:t.uid,gid:t.gid,size:e.byteLength,mtime:t.mtime,type:"pax-header",linkname:t.linkname&&"PaxHeader",uname:t.uname,gname:t.gname,devmajor:t.devmajor,devminor:t.devminor};this.push(ct.encode(n)),this.push(e),qe(this,e.byteLength),n.size=t.size,n.type=t.type,this.push(ct.encode(n))}_doDrain(){let t=this._drain;this._drain=Ct,t()}_predestroy(){let t=Ce(this);for(this._stream&&this._stream.destroy(t);this._pending.length;){let e=this._pending.shift();e.destroy(t),e._continueOpen()}this._doDrain()}_read(t){this._doDrain(),t()}};Ge.exports=function(t){return new qt(t)};function or(i){switch(i&z.S_IFMT){case z.S_IFBLK:return"block-device";case z.S_IFCHR:return"character-device";case z.S_IFDIR:return"directory";case z.S_IFIFO:return"fifo";case z.S_IFLNK:return"symlink"}return"file"}function Ct(){}function qe(i,t){t&=511,t&&i.push(We.subarray(0,512-t))}function fr(i){return B.isBuffer(i)?i:B.from(i)}});var He=p(Gt=>{Gt.extract=Be();Gt.pack=ve()});var cr=p((Or,ze)=>{ze.exports=He()});return cr();})(); return library; })();
var CHUNK_BYTES = 1024 * 1024;
var BLOCK_BYTES = 512;
async function readArchive(path, what, run, visit) {
  const total = await sizeOf(path);
  const hash = (0, import_node_crypto4.createHash)("sha256");
  const entries = (0, import_tar_stream.extract)();
  let tail = Buffer.alloc(0);
  let visitFailure;
  entries.on("entry", ({ name, size = 0, type, pax }, content, next) => {
    const isSparse = isObject(pax) && Object.keys(pax).some((key) => key.startsWith("GNU.sparse"));
    content.on("error", () => void 0);
    visit({ name, size, type: isSparse ? "a file with holes" : type ?? "something unknown" }, content).then(
      () => next(),
      (error) => {
        if (!entries.destroying) visitFailure = error;
        next(new Error("the entry could not be used"));
      }
    );
  });
  entries.on("error", () => void 0);
  async function* hashed(chunks) {
    let done = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      done += chunk.length;
      run.reporter.progress({ what, done, total });
      yield chunk;
    }
  }
  async function* watched(chunks) {
    for await (const chunk of chunks) {
      tail = Buffer.concat([tail, chunk.subarray(-BLOCK_BYTES)]).subarray(-BLOCK_BYTES);
      yield chunk;
    }
  }
  const unzip = await hasGzip(path) ? (0, import_node_zlib.createGunzip)() : new import_node_stream.PassThrough();
  const file = (0, import_node_fs5.createReadStream)(path, { highWaterMark: CHUNK_BYTES });
  try {
    await (0, import_promises5.pipeline)(file, hashed, unzip, watched, entries, { signal: run.signal });
  } catch (error) {
    if (visitFailure !== void 0) throw visitFailure;
    if (run.signal.aborted || error instanceof Error && "syscall" in error) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refused(`is no tar archive, or a damaged one (${reason})`);
  }
  if (tail.length < BLOCK_BYTES || tail.some((byte) => byte !== 0))
    throw new Refused("is cut off: the end of the tar archive is missing");
  return hash.digest("hex");
}
async function hasGzip(path) {
  const file = await (0, import_promises4.open)(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 8075;
  } finally {
    await file.close();
  }
}

var Changed = class extends Error {
};
var UNPACKED = "the unpacked bootstrap";
async function listArchive(path, sha256, run) {
  const entries = [];
  const digest = await readArchive(path, "the bootstrap (checking)", run, async (entry, content) => {
    entries.push(entry);
    content.resume();
  });
  if (digest !== sha256) throw new Changed();
  return chooseEntries(entries);
}
async function unpack(path, sha256, { files, bytes }, directory, run) {
  const free = await run.disk.freeBytes((0, import_node_path7.dirname)(directory));
  if (bytes > free) throw new DiskFull(UNPACKED, bytes, free, false);
  let place = 0;
  let written = 0;
  const digest = await readArchive(path, "the bootstrap (unpacking)", run, async (_entry, content) => {
    const file = files.get(place++);
    if (file === void 0) {
      content.resume();
      return;
    }
    await writeFile((0, import_node_path7.join)(directory, file), content, run).catch(async (error) => {
      if (!isDiskFull(error)) throw error;
      await run.disk.remove(directory);
      throw new DiskFull(UNPACKED, bytes, await run.disk.freeBytes((0, import_node_path7.dirname)(directory)), true);
    });
    written++;
  });
  if (digest !== sha256 || written !== files.size) throw new Changed();
  await syncDirectories(directory, run);
}
async function writeFile(path, content, run) {
  await run.disk.makeDirectory((0, import_node_path7.dirname)(path));
  const file = await run.disk.create(path);
  try {
    await writeContent(file, content, run);
    await file.sync();
  } finally {
    await file.close();
  }
}
async function writeContent(file, content, run) {
  const failures = [];
  let position = 0;
  for await (const chunk of content) {
    if (failures.length > 0) continue;
    if (!(chunk instanceof Uint8Array)) throw new TypeError("the content of an archive comes in bytes");
    await run.disk.write(file, chunk, position).catch((error) => failures.push(error));
    position += chunk.length;
  }
  if (failures.length > 0) throw failures[0];
}
async function syncDirectories(directory, run) {
  const entries = await (0, import_promises6.readdir)(directory, { withFileTypes: true });
  for (const entry of entries)
    if (entry.isDirectory()) await syncDirectories((0, import_node_path7.join)(directory, entry.name), run);
  await run.disk.sync(directory);
}

var WHAT = "the bootstrap";
async function provideBootstrap(plan, run) {
  try {
    if (await isFilled(plan)) await leaveAlone(plan, run);
    else await FileLock.hold((0, import_node_path8.join)(plan.volume, `${OURS}archive`), WHAT, run, () => fill(plan, run));
    return [];
  } catch (error) {
    if (run.signal.aborted) throw error;
    return [`The bootstrap failed. ${failureText(plan, error)}`];
  }
}
async function leaveAlone(plan, run) {
  run.reporter.say(`The chain's data is in ${plan.called} already, so no bootstrap is fetched.`);
  await removeOurs(plan, run, [FINISHED]);
}
async function fill(plan, run) {
  if (await isFilled(plan)) return leaveAlone(plan, run);
  let journal = await readJournal(plan);
  if (journal === void 0) {
    await refuseOccupied(plan);
    journal = await stage(plan, run);
  }
  await moveParts(plan, journal, run);
  run.reporter.say(`The chain's data of ${shown(new URL(plan.url))} is in ${plan.called} now.`);
  await removeOurs(plan, run, [FINISHED]);
}
async function refuseOccupied(plan) {
  const found = await dataIn(plan);
  if (found.length === 0) return;
  throw new Error(
    `There is ${found.map((name) => inVolume(plan, name)).join(" and ")} in ${plan.called}, but no blocks. Remove ${found.length === 1 ? "it" : "them"}, or leave out the chain's bootstrap.`
  );
}
async function stage(plan, run) {
  const archive = `${OURS}archive-${plan.sha256}`;
  const refusal = `${OURS}refused-${plan.sha256}`;
  await removeOurs(plan, run, [archive, refusal]);
  const path = (0, import_node_path8.join)(plan.volume, archive);
  const refused = await textOf((0, import_node_path8.join)(plan.volume, refusal));
  if (refused !== void 0) throw new Refused(refused);
  if (!await exists(path)) {
    const wanted = { what: WHAT, sha256: plan.sha256 };
    await fetchFile(path, path, 384, wanted, [{ url: plan.url }], run);
  }
  const staging = stagingName();
  let chosen;
  try {
    chosen = await listArchive(path, plan.sha256, run);
    await run.disk.makeDirectory((0, import_node_path8.join)(plan.volume, staging));
    await unpack(path, plan.sha256, chosen, (0, import_node_path8.join)(plan.volume, staging), run);
  } catch (error) {
    if (!run.signal.aborted) await run.disk.remove((0, import_node_path8.join)(plan.volume, staging));
    if (error instanceof Refused) await run.disk.writeWhole((0, import_node_path8.join)(plan.volume, refusal), error.message);
    if (error instanceof Refused || error instanceof Changed) await run.disk.remove(path);
    throw error;
  }
  const journal = { staging, parts: chosen.parts };
  await writeJournal(plan, journal, run);
  return journal;
}
async function removeOurs({ volume }, run, kept) {
  const isLock = (name) => name.startsWith(`${OURS}archive.lock.`);
  const isKept = (name) => isLock(name) || kept.some((one) => name === one || name.startsWith(`${one}.part`));
  const names = (await namesIn(volume)).filter((name) => name.startsWith(OURS) && !isKept(name));
  names.sort((a, b) => Number(b === JOURNAL) - Number(a === JOURNAL));
  for (const name of names) await run.disk.remove((0, import_node_path8.join)(volume, name));
}
function failureText(plan, error) {
  const url = shown(new URL(plan.url));
  if (error instanceof Refused)
    return `The archive of ${url} ${error.message}. Nothing of it was kept. Name another archive in the chain's bootstrap, or leave the bootstrap out.`;
  if (error instanceof Changed)
    return `The archive of ${url} was damaged in ${plan.called}, and was removed. The next run fetches it again.`;
  if (error instanceof NotFetched)
    return `${error.message} Correct url and sha256 of the chain's bootstrap, or leave the bootstrap out: the daemon then fetches the chain from its peers.`;
  return messageOf(error, plan);
}

var import_node_crypto5 = require("node:crypto");
var import_node_fs6 = require("node:fs");
var import_promises7 = require("node:fs/promises");
var import_node_path9 = require("node:path");
var FILE_MODE = 292;
async function provideDownloads(downloads, run) {
  const failed = [];
  let isUnfetched = false;
  for (const file of downloads.files) {
    try {
      await provideFile(file, downloads, run);
    } catch (error) {
      if (run.signal.aborted) throw error;
      failed.push(failureText2(file, error, downloads));
      isUnfetched ||= error instanceof NotFetched;
    }
  }
  return isUnfetched ? [...failed, downloads.byHand] : failed;
}
async function provideFile(file, downloads, run) {
  const path = (0, import_node_path9.join)(downloads.directory, file.sha256);
  if (await isMarked(path, file)) return;
  await FileLock.hold(path, file.name, run, async () => {
    if (await isVerified(path, file, downloads, run)) return;
    const sources = sourcesOf(file.name, downloads.from, downloads.mirror, file.sources);
    await fetchFile(path, path, FILE_MODE, { what: file.name, ...file }, sources, run);
    await mark(path, run);
  });
}
function markerPath(path) {
  return `${path}.json`;
}
async function markerOf(path) {
  const found = await orUndefined((0, import_promises7.stat)(path));
  return found && { size: found.size, mtimeMs: found.mtimeMs, inode: found.ino };
}
async function isMarked(path, file) {
  const text = await textOf(markerPath(path));
  const marker = text === void 0 ? void 0 : parseJson(text);
  const now = await markerOf(path);
  if (now === void 0 || !isObject(marker)) return false;
  return now.size === file.bytes && marker["size"] === now.size && marker["mtimeMs"] === now.mtimeMs && marker["inode"] === now.inode;
}
async function mark(path, run) {
  await run.disk.writeWhole(markerPath(path), JSON.stringify(await markerOf(path)));
}
async function isVerified(path, file, { called }, run) {
  if (await isMarked(path, file)) return true;
  const size = (await markerOf(path))?.size;
  if (size === void 0) return false;
  const fault = size === file.bytes ? await otherDigest(path, file, run) : `has ${size} bytes`;
  if (fault === void 0) {
    await mark(path, run);
    return true;
  }
  run.reporter.say(
    `${file.name} in ${called} ${fault} instead of ${file.bytes} bytes with SHA-256 ${file.sha256}. It is removed and fetched anew.`
  );
  await run.disk.remove(markerPath(path));
  await run.disk.remove(path);
  return false;
}
async function otherDigest(path, file, run) {
  const hash = (0, import_node_crypto5.createHash)("sha256");
  let done = 0;
  for await (const chunk of (0, import_node_fs6.createReadStream)(path, { signal: run.signal })) {
    hash.update(chunk);
    done += chunk.length;
    run.reporter.progress({ what: `${file.name} (checking)`, done, total: file.bytes });
  }
  const digest = hash.digest("hex");
  return digest === file.sha256 ? void 0 : `has SHA-256 ${digest}`;
}
function failureText2({ name, bytes, sha256 }, error, downloads) {
  if (error instanceof NotFetched)
    return `${name} (${bytes} bytes, SHA-256 ${sha256}) could not be fetched. ${error.message}`;
  const message = messageOf(error, downloads);
  return error instanceof DiskFull ? message : `${name}: ${message}`;
}

var ABSOLUTE_PATH = { pattern: new RegExp("^\\/\\P{Cc}*$", "u"), what: "an absolute path" };
var WORDS = { pattern: new RegExp("^\\P{Cc}+$", "u"), what: "text in one line" };
var SHA256 = { pattern: /^[0-9a-f]{64}$/, what: "64 hex digits in lower case" };
var FILE_NAME = {
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/,
  what: "a file's name: letters, digits, _, - and dots"
};
var BELOW_VOLUME = {
  pattern: /^([A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*)?$/,
  what: "a path below the volume, or empty"
};
function readPlan(path) {
  const plan = readJson(path);
  const problems = new Problems(path);
  const { downloads, bootstrap, terminationMessage } = plan;
  const result = {
    downloads: downloads === void 0 ? void 0 : readDownloads(downloads, problems),
    bootstrap: bootstrap === void 0 ? void 0 : readBootstrap(bootstrap, problems),
    terminationMessage: terminationMessage === void 0 ? void 0 : problems.text(terminationMessage, "terminationMessage", ABSOLUTE_PATH)
  };
  problems.end();
  return result;
}
function readDownloads(value, problems) {
  const { directory, files, mirror, from, byHand } = isObject(value) ? value : {};
  return {
    ...readNamed(value, "downloads", problems),
    directory: problems.text(directory, "downloads.directory", ABSOLUTE_PATH),
    files: problems.list(files, "downloads.files").map((file, i) => readFile2(file, `downloads.files[${i}]`, problems)),
    mirror: mirror === void 0 ? void 0 : problems.url(mirror, "downloads.mirror"),
    from: from === void 0 ? void 0 : readLocalDirectory(from, problems),
    byHand: problems.text(byHand, "downloads.byHand", WORDS)
  };
}
function readNamed(value, at, problems) {
  const { called, makeRoom } = isObject(value) ? value : {};
  return {
    called: problems.text(called, `${at}.called`, WORDS),
    makeRoom: problems.text(makeRoom, `${at}.makeRoom`, WORDS)
  };
}
function readLocalDirectory(value, problems) {
  const { directory, called } = isObject(value) ? value : {};
  return {
    directory: problems.text(directory, "downloads.from.directory", ABSOLUTE_PATH),
    called: problems.text(called, "downloads.from.called", WORDS)
  };
}
function readFile2(value, at, problems) {
  const { name, sha256, bytes, sources } = isObject(value) ? value : {};
  return {
    name: problems.text(name, `${at}.name`, FILE_NAME),
    sha256: problems.text(sha256, `${at}.sha256`, SHA256),
    bytes: problems.count(bytes, `${at}.bytes`),
    sources: problems.list(sources, `${at}.sources`).map((source, i) => problems.url(source, `${at}.sources[${i}]`))
  };
}
function readBootstrap(value, problems) {
  const { url, sha256, volume, directory } = isObject(value) ? value : {};
  return {
    ...readNamed(value, "bootstrap", problems),
    url: problems.url(url, "bootstrap.url"),
    sha256: problems.text(sha256, "bootstrap.sha256", SHA256),
    volume: problems.text(volume, "bootstrap.volume", ABSOLUTE_PATH),
    directory: problems.text(directory, "bootstrap.directory", BELOW_VOLUME)
  };
}

var import_promises8 = require("node:timers/promises");
var realClock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => (0, import_promises8.setTimeout)(milliseconds, void 0, { signal })
};

var PROGRESS_MILLISECONDS = 2e3;
var Reporter = class {
  constructor(clock, write2) {
    this.clock = clock;
    this.write = write2;
    this.lastProgress = /* @__PURE__ */ new Map();
  }
  say(said) {
    this.write({ said });
  }
  progress(progress) {
    const now = this.clock.now();
    const last = this.lastProgress.get(progress.what);
    if (last !== void 0 && now - last < PROGRESS_MILLISECONDS) return;
    this.lastProgress.set(progress.what, now);
    this.write({ progress });
  }
  end(failed) {
    this.write(failed.length > 0 ? { failed } : { done: true });
  }
};

var usualPatience = {
  silence: 6e4,
  tries: 5,
  firstPause: 1e3,
  longestPause: 3e4,
  longestRetryAfter: 3e5,
  heartbeat: 1e3,
  stale: 1e4,
  lockPoll: 500
};
function realRun(write2, signal) {
  const clock = realClock;
  return { clock, disk: new Disk(), reporter: new Reporter(clock, write2), patience: usualPatience, signal };
}

function write(line) {
  process.stdout.write(`${JSON.stringify(line)}
`);
}
function runReporting(main2) {
  process.stdout.on("error", () => void 0);
  main2(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      write({ failed: [error instanceof Error ? error.message : String(error)] });
      process.exitCode = error instanceof ConfigurationError ? 64 : 1;
    }
  );
}

var import_node_fs7 = require("node:fs");
var MOST_BYTES = 3072;
function writeTerminationMessage({ terminationMessage }, failed) {
  if (terminationMessage === void 0) return;
  try {
    (0, import_node_fs7.writeFileSync)(terminationMessage, shortened(failed, MOST_BYTES));
  } catch {
  }
}
function shortened(failed, bytes) {
  const all = failed.join("\n");
  if (fits(all, bytes)) return all;
  for (let kept = failed.length - 1; kept > 0; kept--) {
    const text = [...failed.slice(0, kept), rest(failed.length - kept)].join("\n");
    if (fits(text, bytes)) return text;
  }
  const [first = "", ...others] = failed;
  return sentencesOf(first, others.length === 0 ? IN_LOG : rest(others.length), bytes);
}
var IN_LOG = "The log of this container says more.";
function rest(count) {
  return `And ${count} more. ${IN_LOG}`;
}
function sentencesOf(text, end, bytes) {
  const sentences = text.split(/(?<=\.) (?=\S)/);
  for (let kept = sentences.length - 1; kept > 0; kept--) {
    const shorter = `${sentences.slice(0, kept).join(" ")}
${end}`;
    if (fits(shorter, bytes)) return shorter;
  }
  const room = Math.max(0, bytes - Buffer.byteLength(`\u2026
${end}`));
  const cut = new TextDecoder().decode(Buffer.from(sentences[0] ?? "").subarray(0, room), { stream: true });
  return `${cut}\u2026
${end}`;
}
function fits(text, bytes) {
  return Buffer.byteLength(text) <= bytes;
}

var USAGE = "usage: node provision.cjs PLAN, with the path of a JSON file";
var ENDED = 143;
var LAST_MILLISECONDS = 2e3;
async function main([path, ...rest2]) {
  if (path === void 0 || rest2.length > 0) throw new ConfigurationError(USAGE);
  const life = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"])
    process.on(signal, () => {
      life.abort();
      setTimeout(() => process.exit(ENDED), LAST_MILLISECONDS).unref();
    });
  const plan = readPlan(path);
  const run = realRun(write, life.signal);
  try {
    const failed = await provide(plan, run);
    run.reporter.end(failed);
    if (failed.length > 0) writeTerminationMessage(plan, failed);
    return failed.length > 0 ? 1 : 0;
  } catch (error) {
    if (life.signal.aborted) return ENDED;
    throw error;
  }
}
async function provide({ downloads, bootstrap }, run) {
  const failed = [];
  if (downloads !== void 0) failed.push(...await provideDownloads(downloads, run));
  if (bootstrap !== void 0) failed.push(...await provideBootstrap(bootstrap, run));
  return failed;
}
runReporting(main);
//
// node_modules/events-universal
// node_modules/b4a
// node_modules/text-decoder
// Apache License
//                            Version 2.0, January 2004
//                         http://www.apache.org/licenses/
//
//    TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION
//
//    1. Definitions.
//
//       "License" shall mean the terms and conditions for use, reproduction,
//       and distribution as defined by Sections 1 through 9 of this document.
//
//       "Licensor" shall mean the copyright owner or entity authorized by
//       the copyright owner that is granting the License.
//
//       "Legal Entity" shall mean the union of the acting entity and all
//       other entities that control, are controlled by, or are under common
//       control with that entity. For the purposes of this definition,
//       "control" means (i) the power, direct or indirect, to cause the
//       direction or management of such entity, whether by contract or
//       otherwise, or (ii) ownership of fifty percent (50%) or more of the
//       outstanding shares, or (iii) beneficial ownership of such entity.
//
//       "You" (or "Your") shall mean an individual or Legal Entity
//       exercising permissions granted by this License.
//
//       "Source" form shall mean the preferred form for making modifications,
//       including but not limited to software source code, documentation
//       source, and configuration files.
//
//       "Object" form shall mean any form resulting from mechanical
//       transformation or translation of a Source form, including but
//       not limited to compiled object code, generated documentation,
//       and conversions to other media types.
//
//       "Work" shall mean the work of authorship, whether in Source or
//       Object form, made available under the License, as indicated by a
//       copyright notice that is included in or attached to the work
//       (an example is provided in the Appendix below).
//
//       "Derivative Works" shall mean any work, whether in Source or Object
//       form, that is based on (or derived from) the Work and for which the
//       editorial revisions, annotations, elaborations, or other modifications
//       represent, as a whole, an original work of authorship. For the purposes
//       of this License, Derivative Works shall not include works that remain
//       separable from, or merely link (or bind by name) to the interfaces of,
//       the Work and Derivative Works thereof.
//
//       "Contribution" shall mean any work of authorship, including
//       the original version of the Work and any modifications or additions
//       to that Work or Derivative Works thereof, that is intentionally
//       submitted to Licensor for inclusion in the Work by the copyright owner
//       or by an individual or Legal Entity authorized to submit on behalf of
//       the copyright owner. For the purposes of this definition, "submitted"
//       means any form of electronic, verbal, or written communication sent
//       to the Licensor or its representatives, including but not limited to
//       communication on electronic mailing lists, source code control systems,
//       and issue tracking systems that are managed by, or on behalf of, the
//       Licensor for the purpose of discussing and improving the Work, but
//       excluding communication that is conspicuously marked or otherwise
//       designated in writing by the copyright owner as "Not a Contribution."
//
//       "Contributor" shall mean Licensor and any individual or Legal Entity
//       on behalf of whom a Contribution has been received by Licensor and
//       subsequently incorporated within the Work.
//
//    2. Grant of Copyright License. Subject to the terms and conditions of
//       this License, each Contributor hereby grants to You a perpetual,
//       worldwide, non-exclusive, no-charge, royalty-free, irrevocable
//       copyright license to reproduce, prepare Derivative Works of,
//       publicly display, publicly perform, sublicense, and distribute the
//       Work and such Derivative Works in Source or Object form.
//
//    3. Grant of Patent License. Subject to the terms and conditions of
//       this License, each Contributor hereby grants to You a perpetual,
//       worldwide, non-exclusive, no-charge, royalty-free, irrevocable
//       (except as stated in this section) patent license to make, have made,
//       use, offer to sell, sell, import, and otherwise transfer the Work,
//       where such license applies only to those patent claims licensable
//       by such Contributor that are necessarily infringed by their
//       Contribution(s) alone or by combination of their Contribution(s)
//       with the Work to which such Contribution(s) was submitted. If You
//       institute patent litigation against any entity (including a
//       cross-claim or counterclaim in a lawsuit) alleging that the Work
//       or a Contribution incorporated within the Work constitutes direct
//       or contributory patent infringement, then any patent licenses
//       granted to You under this License for that Work shall terminate
//       as of the date such litigation is filed.
//
//    4. Redistribution. You may reproduce and distribute copies of the
//       Work or Derivative Works thereof in any medium, with or without
//       modifications, and in Source or Object form, provided that You
//       meet the following conditions:
//
//       (a) You must give any other recipients of the Work or
//           Derivative Works a copy of this License; and
//
//       (b) You must cause any modified files to carry prominent notices
//           stating that You changed the files; and
//
//       (c) You must retain, in the Source form of any Derivative Works
//           that You distribute, all copyright, patent, trademark, and
//           attribution notices from the Source form of the Work,
//           excluding those notices that do not pertain to any part of
//           the Derivative Works; and
//
//       (d) If the Work includes a "NOTICE" text file as part of its
//           distribution, then any Derivative Works that You distribute must
//           include a readable copy of the attribution notices contained
//           within such NOTICE file, excluding those notices that do not
//           pertain to any part of the Derivative Works, in at least one
//           of the following places: within a NOTICE text file distributed
//           as part of the Derivative Works; within the Source form or
//           documentation, if provided along with the Derivative Works; or,
//           within a display generated by the Derivative Works, if and
//           wherever such third-party notices normally appear. The contents
//           of the NOTICE file are for informational purposes only and
//           do not modify the License. You may add Your own attribution
//           notices within Derivative Works that You distribute, alongside
//           or as an addendum to the NOTICE text from the Work, provided
//           that such additional attribution notices cannot be construed
//           as modifying the License.
//
//       You may add Your own copyright statement to Your modifications and
//       may provide additional or different license terms and conditions
//       for use, reproduction, or distribution of Your modifications, or
//       for any such Derivative Works as a whole, provided Your use,
//       reproduction, and distribution of the Work otherwise complies with
//       the conditions stated in this License.
//
//    5. Submission of Contributions. Unless You explicitly state otherwise,
//       any Contribution intentionally submitted for inclusion in the Work
//       by You to the Licensor shall be under the terms and conditions of
//       this License, without any additional terms or conditions.
//       Notwithstanding the above, nothing herein shall supersede or modify
//       the terms of any separate license agreement you may have executed
//       with Licensor regarding such Contributions.
//
//    6. Trademarks. This License does not grant permission to use the trade
//       names, trademarks, service marks, or product names of the Licensor,
//       except as required for reasonable and customary use in describing the
//       origin of the Work and reproducing the content of the NOTICE file.
//
//    7. Disclaimer of Warranty. Unless required by applicable law or
//       agreed to in writing, Licensor provides the Work (and each
//       Contributor provides its Contributions) on an "AS IS" BASIS,
//       WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or
//       implied, including, without limitation, any warranties or conditions
//       of TITLE, NON-INFRINGEMENT, MERCHANTABILITY, or FITNESS FOR A
//       PARTICULAR PURPOSE. You are solely responsible for determining the
//       appropriateness of using or redistributing the Work and assume any
//       risks associated with Your exercise of permissions under this License.
//
//    8. Limitation of Liability. In no event and under no legal theory,
//       whether in tort (including negligence), contract, or otherwise,
//       unless required by applicable law (such as deliberate and grossly
//       negligent acts) or agreed to in writing, shall any Contributor be
//       liable to You for damages, including any direct, indirect, special,
//       incidental, or consequential damages of any character arising as a
//       result of this License or out of the use or inability to use the
//       Work (including but not limited to damages for loss of goodwill,
//       work stoppage, computer failure or malfunction, or any and all
//       other commercial damages or losses), even if such Contributor
//       has been advised of the possibility of such damages.
//
//    9. Accepting Warranty or Additional Liability. While redistributing
//       the Work or Derivative Works thereof, You may choose to offer,
//       and charge a fee for, acceptance of support, warranty, indemnity,
//       or other liability obligations and/or rights consistent with this
//       License. However, in accepting such obligations, You may act only
//       on Your own behalf and on Your sole responsibility, not on behalf
//       of any other Contributor, and only if You agree to indemnify,
//       defend, and hold each Contributor harmless for any liability
//       incurred by, or claims asserted against, such Contributor by reason
//       of your accepting any such warranty or additional liability.
//
//    END OF TERMS AND CONDITIONS
//
//    APPENDIX: How to apply the Apache License to your work.
//
//       To apply the Apache License to your work, attach the following
//       boilerplate notice, with the fields enclosed by brackets "[]"
//       replaced with your own identifying information. (Don't include
//       the brackets!)  The text should be enclosed in the appropriate
//       comment syntax for the file format. We also recommend that a
//       file or class name and description of purpose be included on the
//       same "printed page" as the copyright notice for easier
//       identification within third-party archives.
//
//    Copyright [yyyy] [name of copyright owner]
//
//    Licensed under the Apache License, Version 2.0 (the "License");
//    you may not use this file except in compliance with the License.
//    You may obtain a copy of the License at
//
//        http://www.apache.org/licenses/LICENSE-2.0
//
//    Unless required by applicable law or agreed to in writing, software
//    distributed under the License is distributed on an "AS IS" BASIS,
//    WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
//    See the License for the specific language governing permissions and
//    limitations under the License.
//
// node_modules/fast-fifo
// node_modules/streamx
// The MIT License (MIT)
//
// Copyright (c) 2019 Mathias Buus
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of this software and associated documentation files (the "Software"), to deal
// in the Software without restriction, including without limitation the rights
// to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in
// all copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
// IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
// AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
// OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
// THE SOFTWARE.
//
// node_modules/tar-stream
// The MIT License (MIT)
//
// Copyright (c) 2014 Mathias Buus
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of this software and associated documentation files (the "Software"), to deal
// in the Software without restriction, including without limitation the rights
// to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in
// all copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
// IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
// AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
// OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
// THE SOFTWARE.
