// Generated from runtime/witness by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated

var import_node_fs2 = require("node:fs");
var import_promises2 = require("node:fs/promises");
var import_promises3 = require("node:timers/promises");

var import_node_fs = require("node:fs");
function kernelClock() {
  return {
    bootId: (0, import_node_fs.readFileSync)("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    // performance.now() would stand still while the machine is suspended, and other machines go on.
    seconds: () => Number((0, import_node_fs.readFileSync)("/proc/uptime", "utf8").split(" ", 1)[0])
  };
}

function decide(found, request, clock) {
  const now = clock.seconds();
  const record = found === void 0 ? void 0 : ofThisBoot(found, clock);
  const isOwn = record?.instance === request.instance;
  const isOutdated = isOwn && request.round < record.round;
  if (record !== void 0 && (isOutdated || !isOwn && isAlive(record, now))) {
    const seenSeconds = Math.max(0, now - record.renewedAt);
    const seconds2 = Math.max(0, record.seconds - seenSeconds);
    const write2 = record === found ? void 0 : record;
    return { kind: "refused", by: record, seenSeconds, seconds: seconds2, write: write2 };
  }
  const { instance, holder, seconds, round } = request;
  return {
    kind: "granted",
    renewed: isOwn && isAlive(record, now),
    write: { instance, holder, seconds, round, bootId: clock.bootId, renewedAt: now }
  };
}
function decideRelease(found, { instance, round }, clock) {
  if (found?.instance !== instance || round < found.round) return void 0;
  if (found.seconds === 0 && round === found.round) return void 0;
  return { ...found, seconds: 0, round, bootId: clock.bootId, renewedAt: clock.seconds() };
}
function ofThisBoot(record, clock) {
  if (record.bootId === clock.bootId) return record;
  return { ...record, bootId: clock.bootId, renewedAt: clock.seconds() };
}
function isAlive(record, now) {
  return now < record.renewedAt + record.seconds;
}

var TRIES = 200;
var Leases = class {
  constructor(files, clock, log2) {
    this.files = files;
    this.clock = clock;
    this.log = log2;
  }
  /** The public key whose lease this is. */
  get key() {
    return this.files.key;
  }
  async ask(request) {
    return this.change(async (found) => {
      const decision = decide(found.record, request, this.clock);
      if (decision.kind === "refused") {
        if (decision.write !== void 0 && !await this.files.follow(found, decision.write, false))
          return void 0;
        this.logRefused(request, decision.by);
        return decision;
      }
      const isNew = found.record?.instance !== request.instance;
      if (isNew) await this.files.reserve();
      if (!await this.files.follow(found, decision.write, isNew)) return void 0;
      if (!decision.renewed) this.logGranted(decision.write, found.record);
      return decision;
    });
  }
  /** Answers whether the instance had the lease until now. */
  async release(request) {
    return this.change(async (found) => {
      const write2 = decideRelease(found.record, request, this.clock);
      if (write2 === void 0) return false;
      if (!await this.files.follow(found, write2, false)) return void 0;
      if (found.record?.seconds === 0) return false;
      this.logChange(`given back by ${write2.holder}`);
      return true;
    });
  }
  /** Lets a lease of an earlier boot count as renewed from now on. To be called once, at the start. */
  async adopt() {
    const found = await this.files.find();
    if (found.record === void 0) return;
    const record = ofThisBoot(found.record, this.clock);
    if (record !== found.record) await this.files.follow(found, record, false);
  }
  async change(attempt) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const done = await attempt(await this.files.find());
      if (done !== void 0) return done;
    }
    throw new Error(`the lease was changed by others ${TRIES} times in a row`);
  }
  logGranted({ instance, holder }, before) {
    const isTakenOver = before !== void 0 && before.seconds > 0 && before.instance !== instance;
    const silence = isTakenOver ? Math.round(this.clock.seconds() - before.renewedAt) : 0;
    this.logChange(
      isTakenOver ? `taken over by ${holder} after ${before.holder} was silent for ${silence} s` : `granted to ${holder}`
    );
  }
  logRefused({ instance, holder }, by) {
    if (this.refused?.by !== by.instance) this.refused = { by: by.instance, rivals: /* @__PURE__ */ new Set() };
    const { rivals } = this.refused;
    if (rivals.has(instance) || by.instance === instance) return;
    rivals.add(instance);
    this.logChange(`refused to ${holder} while ${by.holder} holds it`);
  }
  logChange(text) {
    this.log(`${this.key.slice(0, 12)}: ${text}`);
  }
};

var import_node_crypto = require("node:crypto");
var import_promises = require("node:fs/promises");
var import_node_path = require("node:path");

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

var CHANGE_SECONDS = 10;
var KEEP_SECONDS = 60;
var FILES = 20;
var MOST_FILES = 5e3;
var NAME_LENGTH = 84;
var FILE_BYTES = 4096;
var LeaseFiles = class {
  constructor(directory, key, clock) {
    this.directory = directory;
    this.key = key;
    this.clock = clock;
  }
  async find() {
    const since = this.clock.seconds();
    const { versions } = await this.list();
    const [version = 0] = versions;
    for (const each of versions) {
      const record = await this.read(each);
      if (record !== void 0) return { version, count: versions.length, record, since };
    }
    return { version, count: versions.length, record: void 0, since };
  }
  /**
   * Writes the record as the change after what was found. False where somebody else was faster, or where it took too
   * long; then the caller has to look again.
   * @param lasting whether the record must survive a power failure, for which the disk is waited for
   */
  async follow(found, record, lasting) {
    if (found.count > MOST_FILES)
      throw new Error(`the lease was changed more than ${MOST_FILES} times within a minute`);
    const aside = this.newName(`lease.${this.keyPart}.${this.bootPart()}.${Math.ceil(record.renewedAt)}`);
    try {
      await this.takeSpare(aside);
      await write(aside, JSON.stringify(record), lasting);
      await (0, import_promises.link)(aside, this.path(`${this.key}.${found.version + 1}`));
      await removeIfThere(aside);
    } catch (failure) {
      if (codeOf(failure) !== "EEXIST") {
        await removeIfThere(aside);
        throw failure;
      }
      await (0, import_promises.rename)(aside, this.newSpare()).catch(ignoreAbsence);
      return false;
    }
    if (lasting) await this.syncDirectory();
    return this.clock.seconds() - found.since < CHANGE_SECONDS;
  }
  /** Makes the files that renewals use in turns. Rejects where the disk has no room for them. */
  async reserve() {
    const { versions, spares } = await this.list();
    for (let missing = FILES - versions.length - spares.length; missing > 0; missing -= 1)
      await create(this.newSpare());
  }
  /** Removes files that nobody needs any more, or makes them spares. */
  async tidy() {
    const { versions, asides, spares } = await this.list();
    for (const name of asides) if (this.isLeftOver(name)) await removeIfThere(this.path(name));
    let missing = FILES - spares.length;
    for (const version of await this.outdated(versions)) {
      const path = this.path(`${this.key}.${version}`);
      if (missing > 0) await (0, import_promises.rename)(path, this.newSpare()).catch(() => removeIfThere(path));
      else await removeIfThere(path);
      missing -= 1;
    }
    for (const name of spares.slice(FILES)) await removeIfThere(this.path(name));
  }
  async outdated(versions) {
    const outdated = [];
    let next;
    let hasReadable = false;
    for (const version of versions) {
      const record = await this.read(version);
      if (hasReadable && (next === void 0 || this.isOld(next))) outdated.push(version);
      hasReadable ||= record !== void 0;
      next = record;
    }
    return outdated;
  }
  isOld({ bootId, renewedAt }) {
    return bootId !== this.clock.bootId || this.clock.seconds() - renewedAt > KEEP_SECONDS;
  }
  isLeftOver(name) {
    const [, , , boot, seconds] = name.split(".");
    return boot !== this.bootPart() || this.clock.seconds() - Number(seconds) > KEEP_SECONDS;
  }
  /** The files of the key by kind. Numbers come newest first. */
  async list() {
    const names = await (0, import_promises.readdir)(this.directory);
    const versions = names.flatMap((name) => {
      const [, key, version] = /^([0-9a-f]{66})\.(\d+)$/.exec(name) ?? [];
      return key === this.key ? Number(version) : [];
    });
    return {
      versions: versions.sort((a, b) => b - a),
      spares: names.filter((name) => name.startsWith(`.spare.${this.keyPart}.`)),
      asides: names.filter((name) => name.startsWith(`.lease.${this.keyPart}.`))
    };
  }
  async read(version) {
    try {
      return recordOf(parseJson(await (0, import_promises.readFile)(this.path(`${this.key}.${version}`), "utf8")));
    } catch (failure) {
      if (codeOf(failure) === "ENOENT") return void 0;
      throw failure;
    }
  }
  /** Moves a spare to the path; makes a new file where there is no spare. */
  async takeSpare(path) {
    for (const name of (await this.list()).spares) {
      const isTaken = await (0, import_promises.rename)(this.path(name), path).then(() => true, ignoreAbsence);
      if (isTaken === true) return;
    }
    await create(path);
  }
  async syncDirectory() {
    const directory = await (0, import_promises.open)(this.directory, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
  newSpare() {
    return this.newName(`spare.${this.keyPart}`);
  }
  newName(start) {
    const bytes = (0, import_node_crypto.randomBytes)(NAME_LENGTH).toString("hex");
    return this.path(`.${start}.${bytes}`.slice(0, NAME_LENGTH));
  }
  get keyPart() {
    return this.key.slice(0, 18);
  }
  path(name) {
    return (0, import_node_path.join)(this.directory, name);
  }
  bootPart() {
    return this.clock.bootId.slice(0, 8);
  }
};
function recordOf(value) {
  if (!isObject(value)) return void 0;
  const { instance, holder, seconds, round, bootId, renewedAt } = value;
  if (typeof instance !== "string" || typeof holder !== "string" || typeof bootId !== "string")
    return void 0;
  if (typeof seconds !== "number" || typeof round !== "number" || typeof renewedAt !== "number")
    return void 0;
  return { instance, holder, seconds, round, bootId, renewedAt };
}
async function create(path) {
  const file = await (0, import_promises.open)(path, "wx", 420);
  try {
    await file.write(Buffer.alloc(FILE_BYTES, " "), 0, FILE_BYTES, 0);
  } catch (failure) {
    await removeIfThere(path);
    throw failure;
  } finally {
    await file.close();
  }
}
async function write(path, text, lasting) {
  const content = Buffer.alloc(FILE_BYTES, " ");
  if (content.write(text) < Buffer.byteLength(text))
    throw new Error(`the lease does not fit into ${FILE_BYTES} bytes`);
  const file = await (0, import_promises.open)(path, "r+");
  try {
    await file.write(content, 0, FILE_BYTES, 0);
    if (lasting) await file.sync();
  } finally {
    await file.close();
  }
}
async function removeIfThere(path) {
  await (0, import_promises.unlink)(path).catch(ignoreAbsence);
}
function ignoreAbsence(failure) {
  if (codeOf(failure) !== "ENOENT") throw failure;
}
function codeOf(failure) {
  return failure instanceof Error && "code" in failure ? failure.code : void 0;
}

var import_node_http = require("node:http");

var BoundedText = class {
  /** @param most the largest length, in bytes */
  constructor(most) {
    this.most = most;
    this.chunks = [];
    this.length = 0;
  }
  /** Whether the text is still within its bound. A piece that goes beyond it is not kept. */
  add(chunk) {
    this.length += chunk.length;
    if (this.length > this.most) return false;
    this.chunks.push(chunk);
    return true;
  }
  get text() {
    return Buffer.concat(this.chunks).toString("utf8");
  }
};

var BadRequest = class extends Error {
};
var TEXT = { instance: 200, holder: 300 };
var MOST_SECONDS = 60;
function leaseRequest(body) {
  const fields = objectOf(body);
  const { seconds } = fields;
  if (typeof seconds !== "number" || !(seconds > 0 && seconds <= MOST_SECONDS))
    throw new BadRequest(`seconds must be a number above 0, at most ${MOST_SECONDS}`);
  return {
    instance: textOf(fields, "instance"),
    holder: textOf(fields, "holder"),
    seconds,
    round: roundOf(fields)
  };
}
function releaseRequest(body) {
  const fields = objectOf(body);
  return { instance: textOf(fields, "instance"), round: roundOf(fields) };
}
function objectOf(body) {
  const value = parseJson(body);
  if (!isObject(value)) throw new BadRequest("the body must be a JSON object");
  return value;
}
function textOf(fields, name) {
  const text = fields[name];
  if (typeof text !== "string" || !/^[^\p{Cc}]+$/u.test(text) || text.length > TEXT[name])
    throw new BadRequest(`${name} must be text of one line, 1 to ${TEXT[name]} characters`);
  return text;
}
function roundOf({ round = 0 }) {
  if (typeof round !== "number" || !Number.isSafeInteger(round) || round < 0)
    throw new BadRequest("round must be a whole number, 0 or more");
  return round;
}

var MOST_BYTES = 4096;
var IDLE_MILLISECONDS = 12e4;
var REQUEST_MILLISECONDS = 1e4;
function serve(port, leases, check) {
  const server = (0, import_node_http.createServer)((request, response) => {
    void answerTo(request, leases, check).catch(failureAnswer).then(({ status, body }) => {
      const text = `${JSON.stringify(body)}
`;
      if (!request.complete) response.setHeader("Connection", "close");
      response.writeHead(status, {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(text)
      });
      response.end(text);
    });
  });
  server.keepAliveTimeout = IDLE_MILLISECONDS;
  server.requestTimeout = REQUEST_MILLISECONDS;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
async function answerTo(request, leases, check) {
  const { method = "", url = "" } = request;
  if (url === "/healthz") {
    await check();
    return { status: 200, body: { ok: true } };
  }
  const key = /^\/lease\/([0-9a-f]{66})$/.exec(url)?.[1];
  if (key === void 0)
    return {
      status: 404,
      body: { error: "only /healthz and /lease/<66 hex digits of a public key> are here" }
    };
  if (key !== leases.key)
    return { status: 403, body: { error: `this witness is for the public key ${leases.key} alone` } };
  if (method === "POST") return ask(leases, await bodyOf(request));
  if (method === "DELETE")
    return { status: 200, body: { released: await leases.release(releaseRequest(await bodyOf(request))) } };
  return {
    status: 405,
    body: { error: "POST asks for the lease, DELETE gives it back; no other method is here" }
  };
}
async function ask(leases, body) {
  const decision = await leases.ask(leaseRequest(body));
  if (decision.kind === "granted") return { status: 200, body: { granted: true, renewed: decision.renewed } };
  const { by, seenSeconds, seconds } = decision;
  return {
    status: 409,
    body: { granted: false, holder: by.holder, seenSeconds: tenths(seenSeconds), seconds: tenths(seconds) }
  };
}
function tenths(seconds) {
  return Math.round(seconds * 10) / 10;
}
function bodyOf(request) {
  return new Promise((resolve, reject) => {
    const body = new BoundedText(MOST_BYTES);
    request.on("data", (chunk) => {
      if (!body.add(chunk)) reject(new BadRequest(`the body must be at most ${MOST_BYTES} bytes long`));
    });
    request.on("end", () => resolve(body.text));
    request.on("error", reject);
  });
}
function failureAnswer(failure) {
  const error = failure instanceof Error ? failure.message : String(failure);
  if (failure instanceof BadRequest) return { status: 400, body: { error } };
  return { status: 500, body: { error } };
}

var USAGE = "usage: node witness.cjs PORT DIRECTORY KEY, with a public key of 66 hex digits";
var TIDY_MILLISECONDS = 1e4;
async function main([port, directory, key, ...rest]) {
  if (port === void 0 || !/^\d{1,5}$/.test(port) || directory === void 0 || rest.length > 0)
    fail(64, USAGE);
  if (key === void 0 || !/^0[23][0-9a-f]{64}$/.test(key)) fail(64, USAGE);
  const checkWritable = () => (0, import_promises2.access)(directory, import_node_fs2.constants.W_OK | import_node_fs2.constants.X_OK | import_node_fs2.constants.R_OK);
  await checkWritable().catch(
    (error) => fail(73, `uid ${process.getuid?.() ?? "?"} cannot keep leases in ${directory}: ${error.message}`)
  );
  const clock = kernelClock();
  const files = new LeaseFiles(directory, key, clock);
  const leases = new Leases(files, clock, log);
  for (const prepare of [() => files.tidy(), () => leases.adopt(), () => files.reserve()])
    await prepare().catch(
      (error) => log(`witness: is not prepared for a full disk: ${error.message}`)
    );
  await serve(Number(port), leases, checkWritable);
  log(`witness: serves 127.0.0.1:${port}, keeps the lease of ${key.slice(0, 12)} in ${directory}`);
  await tidyRepeatedly(files);
}
async function tidyRepeatedly(files) {
  let lastTrouble = "";
  for await (const _ of (0, import_promises3.setInterval)(TIDY_MILLISECONDS)) {
    const trouble = await files.tidy().then(
      () => "",
      (error) => error instanceof Error ? error.message : String(error)
    );
    if (trouble !== lastTrouble && trouble !== "") log(`witness: cannot remove old files: ${trouble}`);
    lastTrouble = trouble;
  }
}
function log(line) {
  process.stdout.write(`${(/* @__PURE__ */ new Date()).toISOString()} ${line}
`);
}
function fail(code, message) {
  process.stderr.write(`witness: ${message}
`);
  process.exit(code);
}
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
main(process.argv.slice(2)).catch((error) => {
  fail(1, error instanceof Error ? error.message : String(error));
});
