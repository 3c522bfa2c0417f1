// Generated from runtime/witness by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated

// runtime/witness/main.ts
var import_node_fs2 = require("node:fs");
var import_promises2 = require("node:fs/promises");
var import_promises3 = require("node:timers/promises");

// runtime/bootClock.ts
var import_node_fs = require("node:fs");
function kernelClock() {
  return {
    bootId: (0, import_node_fs.readFileSync)("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    // Not performance.now(), which stands still while the machine is suspended and others go on.
    seconds: () => Number((0, import_node_fs.readFileSync)("/proc/uptime", "utf8").split(" ", 1)[0])
  };
}

// runtime/witness/leaseFiles.ts
var import_node_crypto = require("node:crypto");
var import_promises = require("node:fs/promises");
var import_node_path = require("node:path");

// runtime/agent/json.ts
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

// runtime/witness/leaseFiles.ts
var CHANGE_SECONDS = 10;
var KEEP_SECONDS = 60;
var LeaseFiles = class {
  constructor(directory, clock) {
    this.directory = directory;
    this.clock = clock;
  }
  async keys() {
    const names = await (0, import_promises.readdir)(this.directory);
    return [...new Set(names.flatMap((name) => versionOf(name)?.key ?? []))];
  }
  async find(key) {
    const since = this.clock.seconds();
    const versions = await this.versions(key);
    for (const version of versions) {
      const record = await this.read(key, version);
      if (record !== void 0) return { version: versions[0] ?? 0, record, since };
    }
    return { version: versions[0] ?? 0, record: void 0, since };
  }
  /**
   * Whether the record follows what was found; else somebody was faster, and it is to be looked for again.
   * @param lasting whether it has to survive a power failure, which takes as long as the disk does
   */
  async follow(key, found, record, lasting) {
    const aside = (0, import_node_path.join)(
      this.directory,
      `.lease.${this.bootPart()}.${Math.ceil(record.renewedAt)}.${(0, import_node_crypto.randomUUID)()}`
    );
    try {
      await this.writeAside(aside, record, lasting);
      await (0, import_promises.link)(aside, this.path(key, found.version + 1));
      if (lasting) await this.syncDirectory();
    } catch (failure) {
      if (codeOf(failure) === "EEXIST") return false;
      throw failure;
    } finally {
      await removeIfThere(aside);
    }
    return this.clock.seconds() - found.since < CHANGE_SECONDS;
  }
  /** Removes what nobody needs any more. */
  async tidy() {
    for (const name of await (0, import_promises.readdir)(this.directory)) {
      if (this.isLeftOver(name)) await removeIfThere((0, import_node_path.join)(this.directory, name));
    }
    for (const key of await this.keys()) await this.tidyKey(key);
  }
  async tidyKey(key) {
    let next;
    let hasReadable = false;
    for (const version of await this.versions(key)) {
      const record = await this.read(key, version);
      if (hasReadable && (next === void 0 || this.isOld(next)))
        await removeIfThere(this.path(key, version));
      hasReadable ||= record !== void 0;
      next = record;
    }
  }
  isOld({ bootId, renewedAt }) {
    return bootId !== this.clock.bootId || this.clock.seconds() - renewedAt > KEEP_SECONDS;
  }
  isLeftOver(name) {
    const [, boot, seconds] = /^\.lease\.([0-9a-f]+)\.(\d+)\.[0-9a-f-]+$/.exec(name) ?? [];
    if (boot === void 0) return false;
    return boot !== this.bootPart() || this.clock.seconds() - Number(seconds) > KEEP_SECONDS;
  }
  /** The newest first. */
  async versions(key) {
    const names = await (0, import_promises.readdir)(this.directory);
    const found = names.map(versionOf).flatMap((file) => file?.key === key ? file.version : []);
    return found.sort((a, b) => b - a);
  }
  async read(key, version) {
    try {
      return recordOf(parseJson(await (0, import_promises.readFile)(this.path(key, version), "utf8")));
    } catch (failure) {
      if (codeOf(failure) === "ENOENT") return void 0;
      throw failure;
    }
  }
  async writeAside(path, record, lasting) {
    const file = await (0, import_promises.open)(path, "wx", 420);
    try {
      await file.writeFile(JSON.stringify(record));
      if (lasting) await file.sync();
    } finally {
      await file.close();
    }
  }
  async syncDirectory() {
    const directory = await (0, import_promises.open)(this.directory, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
  path(key, version) {
    return (0, import_node_path.join)(this.directory, `${key}.${version}`);
  }
  bootPart() {
    return this.clock.bootId.replaceAll("-", "");
  }
};
function versionOf(name) {
  const [, key, version] = /^([0-9a-f]{66})\.(\d+)$/.exec(name) ?? [];
  return key === void 0 ? void 0 : { key, version: Number(version) };
}
function recordOf(value) {
  if (!isObject(value)) return void 0;
  const { instance, holder, seconds, round, bootId, renewedAt } = value;
  if (typeof instance !== "string" || typeof holder !== "string" || typeof bootId !== "string")
    return void 0;
  if (typeof seconds !== "number" || typeof round !== "number" || typeof renewedAt !== "number")
    return void 0;
  return { instance, holder, seconds, round, bootId, renewedAt };
}
async function removeIfThere(path) {
  await (0, import_promises.unlink)(path).catch((failure) => {
    if (codeOf(failure) !== "ENOENT") throw failure;
  });
}
function codeOf(failure) {
  return failure instanceof Error && "code" in failure ? failure.code : void 0;
}

// runtime/witness/decide.ts
function decide(found, request, clock) {
  const now = clock.seconds();
  const record = found === void 0 ? void 0 : ofThisBoot(found, clock);
  const isOwn = record?.instance === request.instance;
  const isOutdated = isOwn && request.round < record.round;
  if (record !== void 0 && (isOutdated || !isOwn && isAlive(record, now))) {
    const seenSeconds = Math.max(0, now - record.renewedAt);
    const seconds2 = Math.max(0, record.seconds - seenSeconds);
    const refused = { kind: "refused", by: record, seenSeconds, seconds: seconds2 };
    return record === found ? refused : { ...refused, write: record };
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

// runtime/witness/leases.ts
var TRIES = 200;
var Leases = class {
  constructor(files, clock, log2) {
    this.files = files;
    this.clock = clock;
    this.log = log2;
    /** By key, who was told that it may not, since the holder last changed. */
    this.refused = /* @__PURE__ */ new Map();
  }
  async ask(key, request) {
    return this.change(key, async (found) => {
      const decision = decide(found.record, request, this.clock);
      if (decision.kind === "refused") {
        if (decision.write !== void 0 && !await this.files.follow(key, found, decision.write, false))
          return void 0;
        this.sayRefused(key, request, decision.by);
        return decision;
      }
      const isNew = found.record?.instance !== request.instance;
      if (!await this.files.follow(key, found, decision.write, isNew)) return void 0;
      if (!decision.renewed) this.sayGranted(key, decision.write, found.record);
      return decision;
    });
  }
  /** Whether the instance had the lease until now. */
  async release(key, of) {
    return this.change(key, async (found) => {
      const write = decideRelease(found.record, of, this.clock);
      if (write === void 0) return false;
      if (!await this.files.follow(key, found, write, false)) return void 0;
      if (found.record?.seconds === 0) return false;
      this.say(key, `given back by ${write.holder}`);
      return true;
    });
  }
  /** Every lease of an earlier boot counts as renewed from now on; called once, at the start. */
  async adopt() {
    for (const key of await this.files.keys()) {
      const found = await this.files.find(key);
      if (found.record === void 0) continue;
      const record = ofThisBoot(found.record, this.clock);
      if (record !== found.record) await this.files.follow(key, found, record, false);
    }
  }
  async change(key, attempt) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const done = await attempt(await this.files.find(key));
      if (done !== void 0) return done;
    }
    throw new Error(`the lease was changed by others ${TRIES} times in a row`);
  }
  sayGranted(key, { instance, holder }, before) {
    const isSilent = before !== void 0 && before.seconds > 0 && before.instance !== instance;
    const silence = isSilent ? Math.round(this.clock.seconds() - before.renewedAt) : 0;
    this.say(
      key,
      isSilent ? `taken over by ${holder} after ${before.holder} was silent for ${silence} s` : `granted to ${holder}`
    );
  }
  sayRefused(key, { instance, holder }, by) {
    let refused = this.refused.get(key);
    if (refused?.by !== by.instance) {
      refused = { by: by.instance, rivals: /* @__PURE__ */ new Set() };
      this.refused.set(key, refused);
    }
    if (refused.rivals.has(instance) || by.instance === instance) return;
    refused.rivals.add(instance);
    this.say(key, `refused to ${holder} while ${by.holder} holds it`);
  }
  say(key, text) {
    this.log(`${key.slice(0, 12)}: ${text}`);
  }
};

// runtime/witness/server.ts
var import_node_http = require("node:http");

// runtime/witness/request.ts
var BadRequest = class extends Error {
};
var TEXT = { instance: 200, holder: 300 };
var MOST_SECONDS = 3600;
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
    throw new BadRequest("round must be a whole number");
  return round;
}

// runtime/witness/server.ts
var MOST_BYTES = 4096;
var IDLE_MILLISECONDS = 12e4;
var REQUEST_MILLISECONDS = 1e4;
function serve(port, leases, check) {
  const server = (0, import_node_http.createServer)((request, response) => {
    void answerTo(request, leases, check).catch(failureAnswer).then(({ status, body }) => {
      const text = `${JSON.stringify(body)}
`;
      response.writeHead(status, {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(text),
        // What is left of a body that is too long is not waited for.
        ...request.complete ? {} : { Connection: "close" }
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
  if (method === "POST") return ask(leases, key, await bodyOf(request));
  if (method === "DELETE")
    return {
      status: 200,
      body: { released: await leases.release(key, releaseRequest(await bodyOf(request))) }
    };
  return { status: 405, body: { error: "a lease is asked for with POST and given back with DELETE" } };
}
async function ask(leases, key, body) {
  const decision = await leases.ask(key, leaseRequest(body));
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
    const chunks = [];
    let length = 0;
    request.on("data", (chunk) => {
      length += chunk.length;
      if (length <= MOST_BYTES) chunks.push(chunk);
      else reject(new BadRequest(`the body must be at most ${MOST_BYTES} bytes long`));
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
  });
}
function failureAnswer(failure) {
  const error = failure instanceof Error ? failure.message : String(failure);
  if (failure instanceof BadRequest) return { status: 400, body: { error } };
  return { status: 500, body: { error } };
}

// runtime/witness/main.ts
var TIDY_MILLISECONDS = 6e4;
async function main([port, directory, ...rest]) {
  if (port === void 0 || !/^\d{1,5}$/.test(port) || directory === void 0 || rest.length > 0)
    fail(64, "usage: node witness.cjs PORT DIRECTORY");
  const writable = () => (0, import_promises2.access)(directory, import_node_fs2.constants.W_OK | import_node_fs2.constants.X_OK | import_node_fs2.constants.R_OK);
  await writable().catch(
    (error) => fail(73, `uid ${process.getuid?.() ?? "?"} cannot keep leases in ${directory}: ${error.message}`)
  );
  const clock = kernelClock();
  const files = new LeaseFiles(directory, clock);
  const leases = new Leases(files, clock, log);
  await leases.adopt();
  await serve(Number(port), leases, writable);
  log(`witness: serves 127.0.0.1:${port}, keeps leases in ${directory}`);
  await tidyForEver(files);
}
async function tidyForEver(files) {
  let trouble = "";
  for await (const _ of (0, import_promises3.setInterval)(TIDY_MILLISECONDS)) {
    const told = await files.tidy().then(
      () => "",
      (error) => error instanceof Error ? error.message : String(error)
    );
    if (told !== trouble && told !== "") log(`witness: cannot tidy up: ${told}`);
    trouble = told;
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
