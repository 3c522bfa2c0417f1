// Generated from runtime/transfer by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated

var import_promises7 = require("node:timers/promises");

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

var import_promises = require("node:timers/promises");
var realClock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => (0, import_promises.setTimeout)(milliseconds, void 0, { signal })
};

var import_node_util = require("node:util");

var import_promises2 = require("node:fs/promises");
async function sizeOf(path) {
  const found = await orUndefined((0, import_promises2.stat)(path));
  return found?.size;
}
async function exists(path) {
  return await sizeOf(path) !== void 0;
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

function isDiskFull(error) {
  return ["ENOSPC", "EDQUOT"].includes(String(codeOf(error)));
}
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  if (!hasPath(error)) return error.message;
  const [, words] = (0, import_node_util.getSystemErrorMap)().get(Number("errno" in error && error.errno)) ?? [];
  return words === void 0 ? String(codeOf(error)) : `${words}, ${codeOf(error)}`;
}
function hasPath(error) {
  return error instanceof Error && "path" in error;
}

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

var import_node_tls = require("node:tls");

var TransferFailure = class extends Error {
};
var ConnectionLost = class extends Error {
};
function failureAt(error, path, called) {
  if (error instanceof TransferFailure || error instanceof ConnectionLost) return error;
  const where = path === "" ? called : `${JSON.stringify(path)} in ${called}`;
  if (["EACCES", "EPERM", "EROFS"].includes(String(codeOf(error))))
    return new TransferFailure(
      `uid ${process.getuid?.() ?? "?"}, the daemon's user, may not use ${where} (${reasonOf(error)}). Give it to that user with chown, or remove it if the daemon does not need it. Then try again.`
    );
  return new TransferFailure(`${where} cannot be used (${reasonOf(error)}).`);
}

var import_node_crypto = require("node:crypto");
var IDENTITY = "dokomodo transfer";
var tlsOptions = {
  ciphers: "ECDHE-PSK-CHACHA20-POLY1305",
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.2",
  secureOptions: import_node_crypto.constants.SSL_OP_NO_TICKET
};

var CONNECT_MILLISECONDS = 5e3;
function connect(host, port, secret) {
  return new Promise((resolve, reject) => {
    const psk = Buffer.from(secret, "hex");
    const socket = (0, import_node_tls.connect)({
      ...tlsOptions,
      host,
      port,
      // There is no certificate. Whoever knows the secret is the receiver.
      checkServerIdentity: () => void 0,
      pskCallback: () => ({ psk, identity: IDENTITY })
    });
    const fail = (why) => {
      socket.destroy();
      reject(new ConnectionLost(why));
    };
    const timer = setTimeout(() => fail("no answer"), CONNECT_MILLISECONDS);
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once("error", (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    socket.once("close", () => {
      clearTimeout(timer);
      fail("the connection was closed");
    });
  });
}

var import_node_tls2 = require("node:tls");
var MOST_CONNECTIONS = 256;
var HANDSHAKE_MILLISECONDS = 5e3;
async function listen(options) {
  const { port, secret, patience, signal } = options;
  const psk = Buffer.from(secret, "hex");
  const server = (0, import_node_tls2.createServer)({
    ...tlsOptions,
    handshakeTimeout: HANDSHAKE_MILLISECONDS,
    pskCallback: (_, identity) => identity === IDENTITY ? psk : null
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on("tlsClientError", (_, socket) => socket.destroy());
  const sockets = /* @__PURE__ */ new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => void 0);
    socket.once("close", () => sockets.delete(socket));
  });
  let timer;
  try {
    await new Promise((resolve, reject) => {
      let current;
      let running = Promise.resolve();
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(
          () => reject(new TransferFailure(`The sender has not been heard for ${patience / 1e3} s.`)),
          patience
        );
      };
      signal.addEventListener("abort", () => reject(signal.reason));
      server.on("error", reject);
      server.on("secureConnection", (socket) => {
        socket.on("error", () => void 0);
        current?.destroy();
        current = socket;
        running = running.then(async () => {
          if (current !== socket) return;
          clearTimeout(timer);
          try {
            await options.session(socket);
            resolve();
          } catch (error) {
            if (error instanceof ConnectionLost) wait();
            else reject(error);
          }
        });
      });
      server.listen(port, () => {
        wait();
        options.onListening();
      });
    });
  } finally {
    clearTimeout(timer);
    server.close();
    for (const socket of sockets) socket.destroy();
  }
}

var import_promises3 = require("node:fs/promises");
var import_node_path = require("node:path");
var INCOMING = ".dokomodo-incoming";
var ARRIVED = ".dokomodo-arrived";
var BOOT = ".dokomodo-boot";
function isOurs(name) {
  return name === INCOMING || name === ARRIVED || name === BOOT || name === "lost+found";
}
async function claim(directory, called) {
  if (await exists((0, import_node_path.join)(directory, INCOMING))) return;
  if (await exists((0, import_node_path.join)(directory, ARRIVED))) {
    await (0, import_promises3.rename)((0, import_node_path.join)(directory, ARRIVED), (0, import_node_path.join)(directory, INCOMING));
  } else {
    const found = (await (0, import_promises3.readdir)(directory)).filter((name) => !isOurs(name));
    if (found.length > 0)
      throw new TransferFailure(
        `There is data in ${called} already (${found.sort().slice(0, 3).join(", ")}), and it is not from an unfinished move. If nobody needs it, remove that volume (docker volume rm). Otherwise move the chain elsewhere.`
      );
    await (0, import_promises3.mkdir)((0, import_node_path.join)(directory, INCOMING), { mode: 448 });
  }
  await syncDirectory(directory);
}
async function requireWhole(directory, called) {
  if (!await exists((0, import_node_path.join)(directory, INCOMING))) return;
  throw new TransferFailure(
    `${called} is not whole, because a move to it was broken off. Finish that move first, or move the chain from the host that has all of its data.`
  );
}
async function release(directory) {
  await syncDirectory(directory);
  await (0, import_promises3.rename)((0, import_node_path.join)(directory, INCOMING), (0, import_node_path.join)(directory, ARRIVED));
  await syncDirectory(directory);
}
async function syncDirectory(directory) {
  const handle = await (0, import_promises3.open)(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

var ABSOLUTE_PATH = { pattern: new RegExp("^\\/\\P{Cc}*$", "u"), what: "an absolute path" };
var WORDS = { pattern: new RegExp("^\\P{Cc}+$", "u"), what: "text in one line" };
var SECRET = { pattern: /^[0-9a-f]{64}$/, what: "64 hex digits in lower case" };
var PASSES = { pattern: /^(ahead|last)$/, what: "ahead or last" };
var ROLES = { pattern: /^(send|receive)$/, what: "send or receive" };
function readPlan(path) {
  const plan = readJson(path);
  const problems = new Problems(path);
  const text = (key, rule) => problems.text(isObject(plan) ? plan[key] : void 0, key, rule);
  const pass = text("pass", PASSES) === "last" ? "last" : "ahead";
  const side = {
    directory: text("directory", ABSOLUTE_PATH),
    called: text("called", WORDS),
    seenAt: text("seenAt", ABSOLUTE_PATH),
    port: problems.port(plan["port"], "port"),
    secret: text("secret", SECRET),
    pass
  };
  const result = text("role", ROLES) === "send" ? { ...side, role: "send", host: text("host", WORDS) } : { ...side, role: "receive", makeRoom: text("makeRoom", WORDS) };
  problems.end();
  return result;
}

var import_node_crypto5 = require("node:crypto");
var import_promises6 = require("node:fs/promises");
var import_node_path4 = require("node:path");

var import_node_crypto2 = require("node:crypto");
var LONGEST_PATH = 4096;
var LONGEST_NAME = 255;
var LARGEST = Number.MAX_SAFE_INTEGER;
function parentOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
function parseEntry(value, seenAt) {
  const { path, type, size, room, mode, mtime, sha256, target } = isObject(value) ? value : {};
  if (typeof path !== "string" || !isInside(path)) throw refused(path);
  if (type === "link") {
    if (typeof target !== "string" || !staysInside(path, target, seenAt)) throw refused(path);
    return { path, type, target };
  }
  if (!isCount(mode) || mode > 511) throw refused(path);
  if (type === "directory") return { path, type, mode };
  if (type !== "file" || !isCount(size) || !isCount(room) || !Number.isSafeInteger(mtime))
    throw refused(path);
  if (typeof mtime !== "number" || !(sha256 === void 0 || isSha256(sha256))) throw refused(path);
  return { path, type, size, room, mode, mtime, sha256 };
}
function refused(path) {
  return new TransferFailure(`The other side sent an entry that is not accepted: ${JSON.stringify(path)}.`);
}
function isCount(value) {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= LARGEST;
}
function isSha256(value) {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
function isInside(path) {
  const parts = path.split("/");
  return path.length <= LONGEST_PATH && parts.every(isName) && !isOurs(parts[0] ?? INCOMING);
}
function isName(part) {
  return part !== "" && part !== "." && part !== ".." && !part.includes("\0") && Buffer.byteLength(part) <= LONGEST_NAME;
}
function staysInside(path, target, seenAt) {
  if (target === "" || target.includes("\0") || target.length > LONGEST_PATH) return false;
  if (target.startsWith(`${seenAt}/`)) return staysInside("link", target.slice(seenAt.length + 1), seenAt);
  if (target.startsWith("/")) return false;
  let depth = path.split("/").length - 1;
  for (const part of target.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return false;
  }
  return true;
}
function digestOf(entries) {
  const lines = [...entries].map((entry) => JSON.stringify(lineOf(entry))).sort();
  const hash = (0, import_node_crypto2.createHash)("sha256");
  for (const line of lines) hash.update(`${line}
`);
  return hash.digest("hex");
}
function lineOf(entry) {
  const { path, type } = entry;
  if (type === "link") return [path, type, entry.target];
  if (type === "directory") return [path, type, entry.mode];
  return [path, type, entry.mode, entry.size, entry.mtime, entry.sha256];
}

var import_promises4 = require("node:fs/promises");
async function freeBytes(directory) {
  const { bavail, bsize } = await (0, import_promises4.statfs)(directory);
  return bavail * bsize;
}
function noRoom(called, missing, free, makeRoom) {
  return new TransferFailure(
    `There is no room in ${called}: ${megabytes(free)} MB are free there, and ${megabytes(missing)} MB are missing. ${makeRoom}`
  );
}
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

var import_node_crypto4 = require("node:crypto");
var import_node_path3 = require("node:path");

var import_node_crypto3 = require("node:crypto");
var import_node_fs2 = require("node:fs");
var import_promises5 = require("node:fs/promises");
var import_node_path2 = require("node:path");
var CHUNK = 2 ** 18;
async function* walk({ directory, called, seenAt }) {
  const ahead = [""];
  for (let at = ahead.pop(); at !== void 0; at = ahead.pop()) {
    for (const name of await namesIn(directory, at, called)) {
      if (at === "" && isOurs(name)) continue;
      const path = at === "" ? name : `${at}/${name}`;
      const entry = await look({ directory, called, seenAt }, path);
      if (entry === void 0) continue;
      if (entry.type === "directory") ahead.push(path);
      yield entry;
    }
  }
}
async function namesIn(directory, at, called) {
  let names;
  try {
    names = await (0, import_promises5.readdir)((0, import_node_path2.join)(directory, at), { encoding: "buffer" });
  } catch (error) {
    if (isGone(error)) return [];
    throw failureAt(error, at, called);
  }
  return names.map((bytes) => {
    const name = bytes.toString();
    if (Buffer.from(name).equals(bytes)) return name;
    throw new TransferFailure(
      `A name in ${JSON.stringify(at)} of ${called} is not UTF-8 (its bytes are ${bytes.toString("hex")}). Rename or remove it, then try again.`
    );
  }).sort();
}
async function look({ directory, called, seenAt }, path) {
  try {
    const found = await (0, import_promises5.lstat)((0, import_node_path2.join)(directory, path));
    const mode = found.mode & 511;
    if (found.isDirectory()) return { path, type: "directory", mode };
    if (found.isSymbolicLink()) return linkAt(path, await (0, import_promises5.readlink)((0, import_node_path2.join)(directory, path)), called, seenAt);
    if (found.isFile()) return fileEntry(path, found);
    if (found.isSocket() || found.isFIFO()) return void 0;
  } catch (error) {
    if (isGone(error)) return void 0;
    throw failureAt(error, path, called);
  }
  throw new TransferFailure(
    `${JSON.stringify(path)} in ${called} is a device, which is not copied. Remove it.`
  );
}
function linkAt(path, target, called, seenAt) {
  if (staysInside(path, target, seenAt)) return { path, type: "link", target };
  throw new TransferFailure(
    `${JSON.stringify(path)} in ${called} is a link to ${JSON.stringify(target)}, which is not in that volume. Put the data in its place, then try again.`
  );
}
function fileEntry(path, { size, blocks, mode, mtimeMs }) {
  const room = Math.min(size, blocks * 512);
  return { path, type: "file", size, room, mode: mode & 511, mtime: Math.round(mtimeMs) };
}
function isGone(error) {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
async function* contentOf(file, size) {
  for (let position = 0; position < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
function openFile(path) {
  return (0, import_promises5.open)(path, import_node_fs2.constants.O_RDONLY | import_node_fs2.constants.O_NOFOLLOW);
}
var HOLE = 4096;
async function writeAt(file, bytes, position) {
  if (bytes.length >= HOLE && bytes.equals(Buffer.alloc(bytes.length))) return bytes.length;
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
  return bytes.length;
}
async function sha256Of(path, size) {
  const file = await openFile(path);
  try {
    const hash = (0, import_node_crypto3.createHash)("sha256");
    for await (const chunk of contentOf(file, size)) hash.update(chunk);
    return hash.digest("hex");
  } finally {
    await file.close();
  }
}

var VERSION = 1;
async function send(wire, plan, reporter) {
  const { called, pass } = plan;
  await wire.send({ hello: VERSION, pass });
  const entries = await list(wire, plan, reporter);
  const sent = await sendWanted(wire, plan, entries, reporter);
  if (pass === "last") {
    const { digest } = await wire.object();
    await requireUnchanged(entries, plan);
    if (digest !== digestOf(entries.values()))
      throw new TransferFailure(
        `What arrived is not what ${called} has, although every file was right. Try again, and check the disks of both hosts if this comes back.`
      );
    await wire.send({ same: true });
  }
  const { finished } = await wire.object();
  if (finished !== true) throw new TransferFailure("The other side ended without saying that all is there.");
  const files = [...entries.values()].filter((entry) => entry.type === "file");
  return { ...sent, allFiles: files.length, allBytes: sum(files) };
}
async function list(wire, plan, reporter) {
  const { directory, called, pass } = plan;
  const entries = /* @__PURE__ */ new Map();
  let done = 0;
  for await (const found of walk(plan)) {
    let entry = found;
    if (entry.type === "file" && pass === "last") {
      const { path, size } = entry;
      const sha256 = await sha256Of((0, import_node_path3.join)(directory, path), size).catch((error) => {
        throw failureAt(error, path, called);
      });
      entry = { ...entry, sha256 };
      done += size;
      reporter.progress({ what: "compared", done, total: void 0 });
    }
    entries.set(entry.path, entry);
    await wire.send({ entry });
  }
  await wire.send({ listed: entries.size });
  return entries;
}
async function sendWanted(wire, plan, entries, reporter) {
  const wanted = [];
  for (; ; ) {
    const { want, wantedAll } = await wire.object();
    if (wantedAll === true) break;
    const entry = typeof want === "string" ? entries.get(want) : void 0;
    if (entry?.type !== "file")
      throw new TransferFailure("The other side asked for what it was not offered.");
    wanted.push(entry);
  }
  const total = sum(wanted);
  let bytes = 0;
  for (const entry of wanted) {
    bytes += await sendFile(wire, plan, entry, (part) => {
      reporter.progress({ what: "sent", done: bytes + part, total });
    });
  }
  await wire.send({ sent: wanted.length });
  return { files: wanted.length, bytes };
}
async function sendFile(wire, { directory, called, pass }, listed, onSent) {
  const { path } = listed;
  const file = await openFile((0, import_node_path3.join)(directory, path)).catch((error) => {
    if (isGone(error)) return void 0;
    throw failureAt(error, path, called);
  });
  if (file === void 0) {
    if (pass === "last") throw changed(path, called);
    await wire.send({ gone: path });
    return 0;
  }
  try {
    const before = fileEntry(path, await file.stat());
    await wire.send({ file: before });
    const hash = (0, import_node_crypto4.createHash)("sha256");
    let bytes = 0;
    for await (const chunk of contentOf(file, before.size)) {
      hash.update(chunk);
      bytes += chunk.length;
      await wire.sendBytes(chunk);
      onSent(bytes);
    }
    const after = fileEntry(path, await file.stat());
    const isStill = bytes === before.size && after.size === before.size && after.mtime === before.mtime;
    const sha256 = hash.digest("hex");
    if (pass === "last" && (!isStill || sha256 !== listed.sha256)) throw changed(path, called);
    await wire.send({ sha256, bytes, isStill });
    return bytes;
  } catch (error) {
    throw failureAt(error, path, called);
  } finally {
    await file.close();
  }
}
async function requireUnchanged(entries, plan) {
  const { called } = plan;
  let count = 0;
  for await (const now of walk(plan)) {
    const listed = entries.get(now.path);
    const before = listed?.type === "file" ? { ...listed, sha256: void 0 } : listed;
    if (before === void 0 || digestOf([before]) !== digestOf([now])) throw changed(now.path, called);
    count++;
  }
  if (count !== entries.size)
    throw new TransferFailure(`Something was removed from ${called} while it was copied. ${STOPPED}`);
}
var STOPPED = "Has the daemon been started again? Stop it, then try again.";
function changed(path, called) {
  return new TransferFailure(`${JSON.stringify(path)} in ${called} changed while it was copied. ${STOPPED}`);
}
function sum(files) {
  return files.reduce((bytes, { size }) => bytes + size, 0);
}

var MOST_ENTRIES = 1e6;
var SPARE = 16 * 2 ** 20;
var Receiving = class {
  constructor(wire, plan) {
    this.wire = wire;
    this.plan = plan;
    this.listed = /* @__PURE__ */ new Map();
    /** SHA-256 of files in the volume that were looked at in this session. */
    this.known = /* @__PURE__ */ new Map();
  }
  async run() {
    const { hello, pass } = await this.wire.object();
    if (hello !== VERSION || pass !== this.plan.pass)
      throw new TransferFailure(
        "The two sides are not of the same release of dokomodo, or not in the same pass."
      );
    const wanted = await this.list();
    await this.removeOthers();
    await this.requireRoom(wanted);
    await this.makeDirectories();
    for (const { path } of wanted) await this.wire.send({ want: path });
    await this.wire.send({ wantedAll: true });
    await this.takeFiles();
    if (this.plan.pass === "last") await this.finish();
    await this.wire.send({ finished: true });
  }
  path(path) {
    return (0, import_node_path4.join)(this.plan.directory, path);
  }
  /** Reads what the sender has. Returns the files that are not here as they are there. */
  async list() {
    const wanted = [];
    for (; ; ) {
      const { entry: stated, listed } = await this.wire.object();
      if (listed !== void 0) break;
      const entry = parseEntry(stated, this.plan.seenAt);
      const parent = parentOf(entry.path);
      const isPlaced = parent === "" || this.listed.get(parent)?.type === "directory";
      if (!isPlaced || this.listed.has(entry.path) || this.listed.size === MOST_ENTRIES)
        throw new TransferFailure(
          `The other side sent an entry that is not accepted: ${JSON.stringify(entry.path)}.`
        );
      this.listed.set(entry.path, entry);
      if (entry.type === "file" && !await this.has(entry)) wanted.push(entry);
    }
    return wanted;
  }
  /**
   * Whether a file is here. Ahead of the last pass its size and time are believed, because the last pass compares its
   * content.
   */
  async has(entry) {
    const { pass } = this.plan;
    const here = await look(this.plan, entry.path);
    if (here?.type !== "file" || here.size !== entry.size) return false;
    if (pass === "ahead") return here.mtime === entry.mtime;
    const sha256 = await this.sha256(entry);
    this.known.set(entry.path, sha256);
    return sha256 === entry.sha256;
  }
  async sha256({ path, size }) {
    return sha256Of(this.path(path), size).catch((error) => {
      throw failureAt(error, path, this.plan.called);
    });
  }
  /** Removes what the sender does not have, or has as something else. The sender's volume has all that counts. */
  async removeOthers() {
    const others = [];
    for await (const here of walk(this.plan)) {
      if (this.listed.get(here.path)?.type !== here.type) others.push(here.path);
    }
    for (const path of others) await (0, import_promises6.rm)(this.path(path), { recursive: true, force: true });
  }
  /** Ends before anything is written if it will not fit. */
  async requireRoom(wanted) {
    const { directory, called, makeRoom } = this.plan;
    await (0, import_promises6.rm)(this.part, { force: true });
    let needed = 0;
    let largest = 0;
    for (const { path, room } of wanted) {
      const here = await look(this.plan, path);
      const freed = here?.type === "file" ? here.room : 0;
      needed += room - freed;
      largest = Math.max(largest, freed);
    }
    needed += largest + SPARE;
    const free = await freeBytes(directory);
    if (free < needed) throw noRoom(called, needed - free, free, makeRoom);
  }
  /** Parents come before their children, and nothing but directories is in their places. */
  async makeDirectories() {
    for (const entry of this.listed.values()) {
      if (entry.type !== "directory") continue;
      try {
        await (0, import_promises6.mkdir)(this.path(entry.path), { mode: 448 });
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST"))
          throw failureAt(error, entry.path, this.plan.called);
        await (0, import_promises6.chmod)(this.path(entry.path), 448);
      }
    }
  }
  async takeFiles() {
    for (; ; ) {
      const { file, gone, sent } = await this.wire.object();
      if (sent !== void 0) return;
      if (gone !== void 0) continue;
      const entry = parseEntry(file, this.plan.seenAt);
      if (entry.type !== "file" || this.listed.get(entry.path)?.type !== "file")
        throw new TransferFailure("The other side sent a file that it did not list.");
      try {
        await this.take(entry);
      } catch (error) {
        if (isDiskFull(error)) {
          const free = await freeBytes(this.plan.directory);
          throw noRoom(this.plan.called, Math.max(entry.size - free, SPARE), free, this.plan.makeRoom);
        }
        throw failureAt(error, entry.path, this.plan.called);
      }
    }
  }
  get part() {
    return (0, import_node_path4.join)(this.plan.directory, INCOMING, "part");
  }
  async take(entry) {
    const file = await (0, import_promises6.open)(this.part, "w", 384);
    try {
      const hash = (0, import_node_crypto5.createHash)("sha256");
      let position = 0;
      let message = await this.wire.next();
      for (; "bytes" in message; message = await this.wire.next()) {
        hash.update(message.bytes);
        position += await writeAt(file, message.bytes, position);
        if (position > entry.size)
          throw new TransferFailure("The other side sent more of a file than it said.");
      }
      const { sha256, bytes, isStill } = message.object;
      const digest = hash.digest("hex");
      if (!isSha256(sha256) || sha256 !== digest || bytes !== position)
        throw new TransferFailure(`${JSON.stringify(entry.path)} did not arrive as it was sent.`);
      await file.truncate(position);
      await file.chmod(entry.mode);
      const time = isStill === true ? new Date(entry.mtime) : /* @__PURE__ */ new Date(0);
      await file.utimes(time, time);
      await file.sync();
      await file.close();
      await (0, import_promises6.rename)(this.part, this.path(entry.path));
    } catch (error) {
      await file.close().catch(() => void 0);
      throw error;
    }
  }
  /** Makes links, modes and times those of the sender, compares the whole, and says that the volume is whole. */
  async finish() {
    const { directory, called } = this.plan;
    for (const entry of [...this.listed.values()].reverse()) {
      try {
        await this.adjust(entry);
      } catch (error) {
        throw failureAt(error, entry.path, called);
      }
    }
    await this.wire.send({ digest: digestOf(await this.whole()) });
    const { same } = await this.wire.object();
    if (same !== true)
      throw new TransferFailure("The other side did not say that both volumes are the same.");
    await release(directory);
  }
  async adjust(entry) {
    const path = this.path(entry.path);
    if (entry.type === "link") {
      const target = await (0, import_promises6.readlink)(path).catch(() => void 0);
      if (target === entry.target) return;
      await (0, import_promises6.rm)(path, { force: true });
      await (0, import_promises6.symlink)(entry.target, path);
      return;
    }
    if (entry.type === "file") {
      const time = new Date(entry.mtime);
      await (0, import_promises6.utimes)(path, time, time);
    } else await syncDirectory(path);
    if (((await (0, import_promises6.lstat)(path)).mode & 511) !== entry.mode) await (0, import_promises6.chmod)(path, entry.mode);
  }
  /** Everything that is in the volume now. Files that arrived in this session are read from the disk once more. */
  async whole() {
    const all = [];
    for await (const here of walk(this.plan)) {
      if (here.type !== "file") all.push(here);
      else {
        const listed = this.listed.get(here.path);
        const known = this.known.get(here.path);
        const isKept = listed?.type === "file" && listed.sha256 === known;
        all.push({ ...here, sha256: isKept && known !== void 0 ? known : await this.sha256(here) });
      }
    }
    return all;
  }
};

var HEAD = 5;
var OBJECT = 1;
var BYTES = 2;
var LONGEST = 2 ** 20;
var ALIVE_MILLISECONDS = 3e3;
var END_MILLISECONDS = 1e3;
var MOST_ARRIVED = 1e3;
var Wire = class {
  /** @param patience milliseconds of silence after which the other side counts as gone */
  constructor(stream, patience) {
    this.stream = stream;
    this.patience = patience;
    this.arrived = [];
    this.arrivedBytes = 0;
    this.rest = Buffer.alloc(0);
    this.isEnding = false;
    this.wake = () => void 0;
    this.pulse = setInterval(() => {
      if (stream.writableLength < LONGEST) stream.write(frameOf(OBJECT, ALIVE));
    }, ALIVE_MILLISECONDS);
    stream.on("error", (error) => this.fail(new ConnectionLost(error.message)));
    stream.once("end", () => this.fail(new ConnectionLost("the other side closed the connection")));
    stream.once("close", () => {
      clearInterval(this.pulse);
      clearTimeout(this.silence);
      this.fail(new ConnectionLost("the connection was closed"));
    });
    stream.on("data", (chunk) => this.hear(chunk));
    this.listen();
  }
  /** Sends an object, and waits while the connection is behind. */
  send(object) {
    return this.write(frameOf(OBJECT, Buffer.from(JSON.stringify(object))));
  }
  /** Sends bytes of a file: at most 1 MiB. */
  sendBytes(bytes) {
    return this.write(frameOf(BYTES, bytes));
  }
  /** The next message. What arrived before the connection was lost is still given. */
  async next() {
    for (; ; ) {
      const message = this.arrived.shift();
      if (message !== void 0) {
        if ("bytes" in message) this.arrivedBytes -= message.bytes.length;
        if (this.arrived.length < MOST_ARRIVED && this.arrivedBytes < LONGEST) this.listen();
        return message;
      }
      if (this.failure !== void 0) throw this.failure;
      await new Promise((resolve) => {
        this.wake = resolve;
      });
    }
  }
  async object() {
    const message = await this.next();
    if ("object" in message) return message.object;
    throw new TransferFailure("The other side sent bytes that belong to no file.");
  }
  /** Tells the other side why it ends, and closes. */
  async end(failed) {
    this.isEnding = true;
    this.stream.resume();
    if (failed !== void 0) await this.send({ failed }).catch(() => void 0);
    await new Promise((resolve) => {
      if (this.stream.closed) return resolve();
      this.stream.once("close", () => resolve());
      this.stream.end();
      setTimeout(() => this.stream.destroy(), END_MILLISECONDS).unref();
    });
  }
  destroy() {
    this.stream.destroy();
  }
  async write(frame) {
    if (this.stream.destroyed) throw this.failure ?? new ConnectionLost("the connection is gone");
    if (this.stream.write(frame)) return;
    await new Promise((resolve, reject) => {
      const onDrain = () => {
        this.stream.off("close", onClose);
        resolve();
      };
      const onClose = () => {
        this.stream.off("drain", onDrain);
        reject(this.failure ?? new ConnectionLost("the connection is gone"));
      };
      this.stream.once("drain", onDrain);
      this.stream.once("close", onClose);
    });
  }
  /** Reads on. While nothing is read, because enough has arrived, silence says nothing. */
  listen() {
    clearTimeout(this.silence);
    if (this.stream.destroyed || this.failure !== void 0) return;
    this.stream.resume();
    this.silence = setTimeout(() => this.stream.destroy(), this.patience);
  }
  hear(chunk) {
    if (this.isEnding) return;
    this.listen();
    let all = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (all.length >= HEAD) {
      const size = all.readUInt32BE(1);
      if (size > LONGEST) {
        this.fail(new TransferFailure("The other side sent a message that is too long."));
        this.stream.destroy();
        return;
      }
      if (all.length < HEAD + size) break;
      this.accept(all[0], all.subarray(HEAD, HEAD + size));
      all = all.subarray(HEAD + size);
    }
    this.rest = Buffer.from(all);
    if (this.arrived.length < MOST_ARRIVED && this.arrivedBytes < LONGEST) return;
    this.stream.pause();
    clearTimeout(this.silence);
  }
  accept(kind, content) {
    const message = messageOf(kind, content);
    if (message === void 0) {
      this.fail(new TransferFailure("The other side sent a message that is none."));
      return;
    }
    if ("object" in message) {
      const { alive, failed } = message.object;
      if (alive === true) return;
      if (typeof failed === "string") {
        this.fail(new TransferFailure(failed));
        this.stream.destroy();
        return;
      }
    }
    if ("bytes" in message) this.arrivedBytes += content.length;
    this.arrived.push(message);
    this.wake();
  }
  fail(error) {
    this.failure ??= error;
    this.wake();
  }
};
var ALIVE = Buffer.from('{"alive":true}');
function frameOf(kind, content) {
  const head = Buffer.alloc(HEAD);
  head[0] = kind;
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}
function messageOf(kind, content) {
  if (kind === BYTES) return { bytes: content };
  const object = kind === OBJECT ? parseJson(content.toString()) : void 0;
  return isObject(object) ? { object } : void 0;
}

var USAGE = "usage: node transfer.cjs PLAN, with the path of a JSON file";
var ENDED = 143;
var SILENCE = 15e3;
var SENDER_PATIENCE = 6e4;
var RECEIVER_PATIENCE = 9e4;
var PAUSE = 500;
async function main([path, ...rest]) {
  if (path === void 0 || rest.length > 0) throw new ConfigurationError(USAGE);
  const plan = readPlan(path);
  const life = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"])
    process.on(signal, () => {
      life.abort(new Error("ended by a signal"));
      setTimeout(() => process.exit(ENDED), 1e3).unref();
    });
  const reporter = new Reporter(realClock, write);
  try {
    if (plan.role === "send") reporter.say(sentText(await sendAll(plan, reporter, life.signal)));
    else await receiveAll(plan, reporter, life.signal);
    reporter.end([]);
    return 0;
  } catch (error) {
    if (life.signal.aborted) return ENDED;
    throw error;
  }
}
function sentText({ files, bytes, allFiles, allBytes }) {
  return `Sent ${files} of ${allFiles} files, ${bytes} of ${allBytes} bytes.`;
}
async function sendAll(plan, reporter, signal) {
  const { host, port, secret, directory, called } = plan;
  await requireWhole(directory, called);
  let last = Date.now();
  for (; ; ) {
    try {
      const wire = new Wire(await connect(host, port, secret), SILENCE);
      last = Date.now();
      return await inSession(wire, signal, () => send(wire, plan, reporter)).finally(() => {
        last = Date.now();
      });
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      if (Date.now() - last > SENDER_PATIENCE)
        throw new TransferFailure(
          `There is no connection from the old host to ${host}:${port} (${error.message}). Is this port open in the firewall, and the address right?`
        );
      await (0, import_promises7.setTimeout)(PAUSE, void 0, { signal });
    }
  }
}
async function receiveAll(plan, reporter, signal) {
  const { directory, called, port, secret } = plan;
  await claim(directory, called).catch((error) => {
    throw failureAt(error, "", called);
  });
  await listen({
    port,
    secret,
    patience: RECEIVER_PATIENCE,
    signal,
    onListening: () => reporter.say(LISTENING),
    session: (socket) => {
      const wire = new Wire(socket, SILENCE);
      return inSession(wire, signal, () => new Receiving(wire, plan).run());
    }
  });
}
var LISTENING = "Listening.";
async function inSession(wire, signal, session) {
  const abort = () => wire.destroy();
  signal.addEventListener("abort", abort);
  try {
    const result = await session();
    await wire.end();
    return result;
  } catch (error) {
    if (error instanceof ConnectionLost) wire.destroy();
    else await wire.end(error instanceof TransferFailure ? error.message : `it failed: ${reasonOf(error)}`);
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
runReporting(main);
