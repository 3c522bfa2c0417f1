// Generated from runtime/agent by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated

var import_node_util = require("node:util");

var import_node_fs = require("node:fs");
var import_node_net = require("node:net");

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function parseJson(text2) {
  try {
    return JSON.parse(text2);
  } catch {
    return void 0;
  }
}

var ConfigurationError = class extends Error {
};
var SYMBOL = { pattern: /^[A-Za-z0-9_-]{1,15}$/, what: "1 to 15 letters, digits, _ or -" };
var RPC_USER = { pattern: /^[^:]+$/, what: "text without a colon" };
var RPC_PASSWORD = { pattern: /^./, what: "text" };
function readJson(path) {
  let text2;
  try {
    text2 = (0, import_node_fs.readFileSync)(path, "utf8");
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : failure;
    throw new ConfigurationError(`${path} cannot be read by uid ${process.getuid?.() ?? "?"} (${code})`);
  }
  const value = parseJson(text2);
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

var import_node_events = require("node:events");

var import_node_fs2 = require("node:fs");
function kernelClock() {
  return {
    bootId: (0, import_node_fs2.readFileSync)("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    // performance.now() would stand still while the machine is suspended, and other machines go on.
    seconds: () => Number((0, import_node_fs2.readFileSync)("/proc/uptime", "utf8").split(" ", 1)[0])
  };
}

var import_promises = require("node:fs/promises");
var import_node_https = require("node:https");

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

var TooLong = class extends Error {
  constructor(most) {
    super(`the answer is longer than ${most / 1024} KiB`);
    this.most = most;
  }
};
var MOST_BYTES = 64 * 1024;
function wholeAnswer(request4, body, most = MOST_BYTES) {
  return new Promise((resolve, reject) => {
    request4.on("response", (response) => {
      const answer = new BoundedText(most);
      response.on("data", (chunk) => {
        if (!answer.add(chunk)) request4.destroy(new TooLong(most));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: answer.text }));
      response.on("error", reject);
    });
    request4.on("error", reject);
    request4.end(body);
  });
}

var NoAccess = class extends Error {
};
var ApiServer = class {
  constructor(directory2, env = process.env) {
    this.directory = directory2;
    this.env = env;
  }
  async call({ method, path, signal, body }) {
    const host = this.env["KUBERNETES_SERVICE_HOST"];
    const port = this.env["KUBERNETES_SERVICE_PORT"];
    if (host === void 0 || port === void 0)
      throw new NoAccess(
        "KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set; Kubernetes sets both in every pod"
      );
    const [token, ca] = await Promise.all([this.read("token"), this.read("ca.crt")]);
    const headers = {
      Authorization: `Bearer ${token.trim()}`,
      Accept: "application/json"
    };
    const text2 = body === void 0 ? void 0 : JSON.stringify(body);
    if (text2 !== void 0) {
      headers["Content-Type"] = "application/json";
      headers["Content-Length"] = Buffer.byteLength(text2);
    }
    const sent = (0, import_node_https.request)({ host, port, method, path, headers, ca, agent: false, signal });
    const answer = await wholeAnswer(sent, text2);
    return { status: answer.status, body: parseJson(answer.text) };
  }
  async read(name) {
    const path = `${this.directory}/${name}`;
    return (0, import_promises.readFile)(path, "utf8").catch((failure) => {
      throw new NoAccess(`${path} cannot be read (${failure.code}); it is in the pod's projected volume`);
    });
  }
};

var import_node_fs3 = require("node:fs");
function instanceId({ bootId }) {
  return `${bootId}/${(0, import_node_fs3.readlinkSync)("/proc/self/ns/net")}`;
}

var LEASE_TIMES = { lasts: 30, relied: 20, renewEvery: 5, answerWithin: 2 };
function majorityOf(lessors) {
  return Math.floor(lessors / 2) + 1;
}
function judge(answers, isHeld) {
  const majority = majorityOf(answers.length);
  const granted = answers.filter(({ kind }) => kind === "granted").length;
  const renewed = answers.filter((answer) => answer.kind === "granted" && answer.renewed).length;
  const refused = answers.filter(({ kind }) => kind === "refused").length;
  if (renewed >= majority) return "won";
  if (granted >= majority && (isHeld || refused === 0)) return "won";
  return refused > answers.length - majority ? "refused" : "short";
}
function pauseBeforeAsking({ renewEvery }, { endsIn, attempts, chance }) {
  const apart = renewEvery * (0.02 + 0.18 * chance);
  if (endsIn !== void 0) return apart + Math.min(endsIn, renewEvery * 0.5);
  return apart + renewEvery * 0.1 * 2 ** Math.min(attempts, 4);
}

var Lease = class {
  constructor({ lessors, holder, instance, times, clock }) {
    this.reliedUntil = Number.NEGATIVE_INFINITY;
    this.round = 0;
    this.lastAnswers = [];
    this.lessors = lessors;
    this.holder = holder;
    this.instance = instance;
    this.times = times;
    this.clock = clock;
  }
  get isHeld() {
    return this.clock.seconds() < this.reliedUntil;
  }
  /** In the clock's seconds; minus infinity where the lease is not held. */
  get heldUntil() {
    return this.reliedUntil;
  }
  /** The lessors' answers to the last request. */
  get answers() {
    return this.lastAnswers;
  }
  /** Seconds that the holder's lease still lasts; undefined where no lessor names a holder. */
  get endsIn() {
    const left = this.lastAnswers.flatMap(({ answer }) => answer.kind === "refused" ? answer.seconds : []);
    return left.length === 0 ? void 0 : Math.max(...left);
  }
  /** Asks every lessor for the lease, or for its renewal. */
  async ask() {
    const sent = this.clock.seconds();
    const { instance, holder } = this;
    const request4 = { instance, holder, seconds: this.times.lasts, round: this.nextRound(sent) };
    this.lastAnswers = await Promise.all(
      this.lessors.map(async (lessor) => ({
        kind: lessor.kind,
        name: lessor.name,
        answer: await lessor.ask(request4)
      }))
    );
    const verdict = judge(
      this.lastAnswers.map(({ answer }) => answer),
      this.isHeld
    );
    if (verdict === "won") this.reliedUntil = sent + this.times.relied;
    if (verdict === "refused") this.reliedUntil = Number.NEGATIVE_INFINITY;
    return verdict;
  }
  /** Gives back what the lessors granted. It must not be called while the process may run. */
  async release() {
    this.reliedUntil = Number.NEGATIVE_INFINITY;
    const { instance, round } = this;
    const calls = this.lessors.map((lessor, i) => {
      const kind = this.lastAnswers[i]?.answer.kind;
      const released = kind === "granted" || kind === "silent" ? lessor.release({ instance, round }) : void 0;
      return kind === "granted" ? released : void 0;
    });
    await Promise.all(calls);
  }
  /** The clock's milliseconds, so that it grows also when the process starts again. */
  nextRound(now) {
    this.round = Math.max(this.round + 1, Math.round(now * 1e3));
    return this.round;
  }
};

var import_promises2 = require("node:timers/promises");

function describeAnswers(answers, own) {
  const rival = describeRival(answers, own);
  const absent = describeAbsent(answers);
  const isApiServer = answers.some(({ kind }) => kind === "api-server");
  if (rival !== "" || absent === "" || isApiServer)
    return [rival, absent].filter((text2) => text2 !== "").join("; ");
  const majority = majorityOf(answers.length);
  return `${absent}; ${majority} of ${answers.length} ${majority === 1 ? "is" : "are"} needed`;
}
function describeAbsent(answers) {
  const witnesses = answers.filter(({ kind }) => kind === "witness");
  const silent = witnesses.filter(({ answer }) => answer.kind === "silent").map(({ name }) => name);
  const texts = answers.flatMap(({ kind, name, answer }) => {
    const isWitness = kind === "witness";
    if (answer.kind === "faulty")
      return isWitness ? `witness ${name} answers ${answer.why}` : `Lease ${name}: ${answer.why}`;
    return answer.kind === "silent" && !isWitness ? "the cluster's API server does not answer" : [];
  });
  if (silent.length === 1) texts.unshift(`witness ${silent[0]} does not answer`);
  if (silent.length > 1) texts.unshift(`witnesses ${silent.join(", ")} do not answer`);
  return texts.join("; ");
}
function describeRival(answers, own) {
  const [newest] = answers.flatMap(({ answer }) => answer.kind === "refused" ? answer : []).sort((a, b) => a.seenSeconds - b.seenSeconds);
  if (newest === void 0) return "";
  const { holder, seenSeconds, seconds } = newest;
  const text2 = `another ${own.process} of this key runs: ${holder}, which renewed its lease ${Math.round(seenSeconds)} s ago`;
  if (holder !== own.holder) return text2;
  return `${text2}; it has the same name as this one: if it is the one that ran here before, its lease ends in ${Math.ceil(seconds)} s`;
}

var import_node_fs4 = require("node:fs");
var BYTES = 512;
var RelianceFile = class {
  constructor(path, instance) {
    this.path = path;
    this.instance = instance;
  }
  read() {
    const content = Buffer.alloc(BYTES);
    try {
      this.withFile(import_node_fs4.constants.O_RDONLY, (file) => (0, import_node_fs4.readSync)(file, content, 0, BYTES, 0));
    } catch {
      return void 0;
    }
    const kept = parseJson(content.toString("utf8").replaceAll("\0", ""));
    if (!isObject(kept) || kept["instance"] !== this.instance) return void 0;
    return typeof kept["until"] === "number" ? kept["until"] : void 0;
  }
  write(until) {
    const text2 = JSON.stringify({ instance: this.instance, until });
    const content = Buffer.alloc(BYTES, " ");
    if (content.write(text2) < Buffer.byteLength(text2)) return false;
    try {
      const flags = import_node_fs4.constants.O_WRONLY | import_node_fs4.constants.O_CREAT;
      return this.withFile(flags, (file) => (0, import_node_fs4.writeSync)(file, content, 0, BYTES, 0)) === BYTES;
    } catch {
      return false;
    }
  }
  withFile(flags, use) {
    const file = (0, import_node_fs4.openSync)(this.path, flags, 384);
    try {
      return use(file);
    } finally {
      (0, import_node_fs4.closeSync)(file);
    }
  }
};
function graceUntil(reliance, { relied, answerWithin }, clock) {
  const now = clock.seconds();
  const kept = reliance.read();
  if (kept !== void 0) return Math.min(kept, now + relied);
  const until = now + answerWithin;
  return reliance.write(until) ? until : now;
}

var LOOK_MILLISECONDS = 100;
var LeaseKeeper = class {
  constructor(args) {
    this.args = args;
    /** True at first, because an earlier keeper may have put the process to work. */
    this.mayWork = true;
    this.wasGiven = false;
    this.hasHeld = false;
    /** How many attempts in a row have found too few lessors, and no holder. */
    this.attempts = 0;
    this.stage = "keeping";
    this.hasReportedUnkept = false;
    const { reliance, lease } = args;
    this.graceUntil = graceUntil(reliance, lease.times, lease.clock);
  }
  get isLeaving() {
    return this.stage !== "keeping";
  }
  get isGiven() {
    return !this.isLeaving && this.ending === void 0 && this.args.lease.isHeld;
  }
  /** Seconds for which the lease may still be relied on without a renewal; undefined where it is not held. */
  get remainingSeconds() {
    const { lease } = this.args;
    if (!lease.isHeld) return void 0;
    return Math.max(0, Math.round((lease.heldUntil - lease.clock.seconds()) * 10) / 10);
  }
  use() {
    if (!this.isGiven) return false;
    this.mayWork = true;
    return true;
  }
  /** Resolves after `leave` has given the lease back. */
  async keep() {
    if (await this.args.process.isIdle()) this.mayWork = false;
    await Promise.all([this.askRepeatedly(), this.watch()]);
  }
  /**
   * For a keeper that is ended together with its process. It keeps the lease until the process has ended, so that no
   * other starts beside it. Then it gives the lease back, so that no other has to wait for its end.
   *
   * A process that still works after twice the lease's time was not ended. The next keeper finds it, and the lease.
   */
  async leave() {
    const { lease, process: process2, report, onChange } = this.args;
    const latest = lease.clock.seconds() + 2 * lease.times.lasts;
    this.stage = "leaving";
    report.setLease("leaving");
    onChange();
    while (!await process2.isIdle()) {
      if (lease.clock.seconds() > latest) return;
      await (0, import_promises2.setTimeout)(LOOK_MILLISECONDS);
    }
    this.stage = "left";
    await this.asking;
    await lease.release();
    report.event("Lease", "given back");
  }
  async askRepeatedly() {
    const { lease, process: process2 } = this.args;
    while (this.stage !== "left") {
      const asked = lease.clock.seconds();
      this.asking = lease.ask();
      const verdict = await this.asking;
      this.obstacle = process2.obstacle();
      await this.take(verdict);
      const waiting = { endsIn: lease.endsIn, attempts: this.attempts, chance: Math.random() };
      const pause2 = lease.isHeld ? asked + lease.times.renewEvery - lease.clock.seconds() : pauseBeforeAsking(lease.times, waiting);
      await (0, import_promises2.setTimeout)(Math.max(0, pause2) * 1e3);
    }
  }
  async take(verdict) {
    const { lease } = this.args;
    if (verdict === "won") {
      this.attempts = 0;
      this.endGrace(lease.heldUntil);
      this.look();
      return;
    }
    this.attempts = lease.endsIn === void 0 ? this.attempts + 1 : 0;
    if (verdict === "refused") this.endGrace(lease.clock.seconds());
    this.look();
    if (!this.mayWork && !lease.isHeld) await lease.release();
  }
  /** From now on the lease alone counts. `until` is written down for the keeper that comes after this one. */
  endGrace(until) {
    this.graceUntil = Number.NEGATIVE_INFINITY;
    const isKept = this.args.reliance.write(until);
    if (!isKept && !this.hasReportedUnkept)
      this.args.report.event(
        "Lease",
        `the time until which it is held could not be written to a file (is the disk full?). If this agent starts again, it stops ${this.args.process.name} unless it can renew the lease at once`
      );
    this.hasReportedUnkept = !isKept;
  }
  /** Notices the end of the lease in time, also while a lessor's answer is waited for. */
  async watch() {
    while (this.stage !== "left") {
      this.look();
      await (0, import_promises2.setTimeout)(this.args.lease.times.relied * 1e3 / 40);
    }
  }
  look() {
    const { lease } = this.args;
    const { isHeld } = lease;
    this.hasHeld ||= isHeld;
    const isOver = !isHeld && lease.clock.seconds() >= this.graceUntil;
    if (isOver && this.mayWork) this.ending ??= this.endProcess();
    this.show();
    if (this.isGiven !== this.wasGiven) this.args.onChange();
    this.wasGiven = this.isGiven;
  }
  /** Resolves only when the process works no longer. */
  async endProcess() {
    const { lease, process: process2, report } = this.args;
    const since = lease.clock.seconds();
    for (let last = ""; !await process2.isIdle(); ) {
      const did = process2.end();
      const isLate = lease.clock.seconds() - since > lease.times.lasts - lease.times.relied;
      const text2 = isLate ? `STILL RUNS WITHOUT ITS LEASE, so another of its key may run as well; ${did}` : `must not run without its lease; ${did}`;
      if (text2 !== last) report.event(process2.name, text2);
      last = text2;
      await (0, import_promises2.setTimeout)(LOOK_MILLISECONDS);
    }
    this.mayWork = false;
    this.ending = void 0;
    this.look();
  }
  show() {
    if (this.isLeaving) return;
    const { lease, process: process2, report } = this.args;
    if (this.isGiven) {
      const problems = [describeAbsent(lease.answers), this.obstacle ?? ""].filter((text2) => text2 !== "");
      report.setLease("held", problems.length === 0 ? void 0 : problems.join("; "));
      return;
    }
    const own = { holder: lease.holder, process: process2.name };
    const reason = describeAnswers(lease.answers, own) || "it has not been asked for yet";
    const stopping = this.ending === void 0 ? "" : `; ${process2.name} is being stopped`;
    report.setLease(this.hasHeld ? "lost" : "waiting", `${reason}${stopping}`);
  }
};

var HOLDER = "dokomodo/holder";
var ROUND = "dokomodo/round";
var ABSENT = "absent";
function observedLease(object) {
  const { metadata, annotations, spec } = partsOf(object);
  const instance = String(spec["holderIdentity"] ?? "");
  return {
    instance,
    holder: lineOf(String(annotations[HOLDER] ?? instance)),
    seconds: Number(spec["leaseDurationSeconds"] ?? 0),
    round: Number(annotations[ROUND] ?? Number.NaN),
    mark: [metadata["uid"], metadata["resourceVersion"], spec["renewTime"]].join("/")
  };
}
function sight(before, { found, request: request4, now }) {
  if (found === void 0)
    return before === void 0 || before.mark === ABSENT ? before : { ...before, mark: ABSENT, since: now };
  const { instance, mark, holder, seconds } = found;
  if (instance === "" || instance === request4.instance) return void 0;
  return before?.mark === mark ? before : { mark, holder, seconds: seconds || request4.seconds, since: now };
}
function refusalOf(sighting, now) {
  if (sighting === void 0) return void 0;
  const seenSeconds = now - sighting.since;
  const seconds = sighting.seconds - seenSeconds;
  return seconds > 0 ? { kind: "refused", holder: sighting.holder, seenSeconds, seconds } : void 0;
}
function takenLease(before, { objectName, request: request4, wallClock }) {
  const { instance, holder, seconds, round } = request4;
  const { metadata, annotations, spec } = partsOf(before);
  const isOwn = spec["holderIdentity"] === instance;
  const now = microTime(wallClock);
  const transitions = Number(spec["leaseTransitions"] ?? 0);
  return {
    ...before,
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      ...metadata,
      ...objectName,
      annotations: { ...annotations, [HOLDER]: holder, [ROUND]: String(round) }
    },
    spec: {
      ...spec,
      holderIdentity: instance,
      // The API takes whole numbers only.
      leaseDurationSeconds: Math.ceil(seconds),
      acquireTime: isOwn ? spec["acquireTime"] ?? now : now,
      renewTime: now,
      leaseTransitions: before === void 0 || isOwn ? transitions : transitions + 1
    }
  };
}
function freeLease(before, wallClock) {
  return {
    ...before,
    spec: { ...partsOf(before).spec, holderIdentity: "", renewTime: microTime(wallClock) }
  };
}
function partsOf(object) {
  const partOf = (value) => isObject(value) ? value : {};
  const metadata = partOf(object?.["metadata"]);
  return { metadata, annotations: partOf(metadata["annotations"]), spec: partOf(object?.["spec"]) };
}
function microTime(time) {
  return time.toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
}
function lineOf(text2) {
  return text2.replaceAll(new RegExp("\\p{Cc}+", "gu"), " ").slice(0, 300);
}

var TRIES = 3;
var NO_ANSWER = /^(E[A-Z]+|EAI_[A-Z]+|ABORT_ERR)$/;
var TOO_MANY_REQUESTS = 429;
var Unexpected = class extends Error {
};
var Unable = class extends Error {
};
var LeaseObject = class {
  constructor(args) {
    this.args = args;
    this.kind = "api-server";
    const { namespace, name } = args.objectName;
    this.name = `${namespace}/${name}`;
    this.collection = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
    this.path = `${this.collection}/${name}`;
  }
  async ask(request4) {
    const signal = AbortSignal.timeout(this.args.answerWithin * 1e3);
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const answer = await this.lookAndTake(request4, signal);
        if (answer !== void 0) return answer;
      }
      return { kind: "faulty", why: `409: it was changed by others ${TRIES} times in a row` };
    } catch (failure) {
      return answerOf(failure);
    }
  }
  async release({ instance, round }) {
    const signal = AbortSignal.timeout(this.args.answerWithin * 1e3);
    try {
      const object = await this.get(signal);
      if (object === void 0) return;
      const found = observedLease(object);
      if (found.instance === instance && found.round <= round)
        await this.change(object, freeLease(object, /* @__PURE__ */ new Date()), signal);
    } catch {
    }
  }
  /** Undefined where somebody changed the object after we read it. Then it has to be read again. */
  async lookAndTake(request4, signal) {
    const { objectName, clock } = this.args;
    const object = await this.get(signal);
    const found = object === void 0 ? void 0 : observedLease(object);
    const now = clock.seconds();
    this.sighting = sight(this.sighting, { found, request: request4, now });
    const refusal = refusalOf(this.sighting, now);
    if (refusal !== void 0) return refusal;
    const taken = takenLease(object, { objectName, request: request4, wallClock: /* @__PURE__ */ new Date() });
    if (!await this.change(object, taken, signal)) return void 0;
    this.sighting = void 0;
    return { kind: "granted", renewed: found?.instance === request4.instance };
  }
  async get(signal) {
    const answer = await this.args.api.call({ method: "GET", path: this.path, signal });
    if (answer.status === 404) return void 0;
    if (answer.status !== 200) throw failureOf("get", answer);
    const { body } = answer;
    if (!isObject(body) || !isObject(body["metadata"]) || typeof body["metadata"]["resourceVersion"] !== "string")
      throw new Unexpected("the answer is not a Lease");
    return body;
  }
  /** Replaces the object that was found; false where it is no longer the one that was found. */
  async change(found, body, signal) {
    const isNew = found === void 0;
    const path = isNew ? this.collection : this.path;
    const answer = await this.args.api.call({ method: isNew ? "POST" : "PUT", path, signal, body });
    if (answer.status === 409 || answer.status === 404 && !isNew) return false;
    if (answer.status >= 300) throw failureOf(isNew ? "create" : "update", answer);
    return true;
  }
};
function failureOf(verb, { status, body }) {
  if (status >= 500 || status === TOO_MANY_REQUESTS) return new Unable();
  const message = isObject(body) && typeof body["message"] === "string" ? ` (${body["message"]})` : "";
  return new Unexpected(`${status}: ${meaningOf(verb, status)}${message}`);
}
function meaningOf(verb, status) {
  if (status === 401) return "the API server does not take the token of the pod's service account";
  if (status === 403) return `the pod's service account may not ${verb} it`;
  if (status === 404) return "its namespace does not exist";
  return `the API server does not ${verb} it`;
}
function answerOf(failure) {
  if (failure instanceof NoAccess || failure instanceof Unexpected)
    return { kind: "faulty", why: failure.message };
  const code = failure instanceof Error && "code" in failure ? String(failure.code) : "";
  if (failure instanceof Unable || NO_ANSWER.test(code)) return { kind: "silent" };
  const why = failure instanceof Error ? failure.message : String(failure);
  return { kind: "faulty", why: `the API server cannot be asked: ${why}` };
}

var import_node_http = require("node:http");
var WitnessClient = class {
  constructor(args) {
    this.args = args;
    this.kind = "witness";
  }
  get name() {
    return this.args.name;
  }
  async ask(asked) {
    const answer = await this.call("POST", asked).catch(() => void 0);
    if (answer === void 0) return { kind: "silent" };
    const { status, text: text2 } = answer;
    const body = parseJson(text2);
    if (isObject(body)) {
      const { granted, renewed, holder, seenSeconds, seconds } = body;
      if (status === 200 && granted === true) return { kind: "granted", renewed: renewed === true };
      if (status === 409 && typeof holder === "string")
        return {
          kind: "refused",
          holder,
          seenSeconds: Number(seenSeconds) || 0,
          seconds: Number(seconds) || 0
        };
    }
    if (!isObject(body) && status >= 500) return { kind: "silent" };
    const why = isObject(body) && typeof body["error"] === "string" ? `: ${body["error"]}` : "";
    return { kind: "faulty", why: `HTTP ${status}${why}` };
  }
  async release({ instance, round }) {
    await this.call("DELETE", { instance, round }).catch(() => void 0);
  }
  call(method, content) {
    const { port, publicKey, answerWithin } = this.args;
    const body = JSON.stringify(content);
    const sent = (0, import_node_http.request)({
      host: "127.0.0.1",
      port,
      method,
      path: `/lease/${publicKey}`,
      agent: false,
      headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
      signal: AbortSignal.timeout(answerWithin * 1e3)
    });
    return wholeAnswer(sent, body);
  }
};

var import_node_net2 = require("node:net");

var LONGEST_ANSWER = 4 * 2 ** 20;
function requestText(request4) {
  const body = JSON.stringify(request4);
  const fields2 = [
    "Host: 127.0.0.1",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`
  ];
  return ["POST / HTTP/1.0", ...fields2, "", body].join("\r\n");
}
function answerText(response) {
  const headEnd = response.indexOf("\r\n\r\n");
  return headEnd < 0 ? void 0 : response.slice(headEnd + 4);
}

var NotYet = class extends Error {
  constructor(waitingState, message, silence) {
    super(message);
    this.waitingState = waitingState;
    this.silence = silence;
  }
};
var Unusable = class extends Error {
  constructor(silence, message) {
    super(message);
    this.silence = silence;
  }
};
var RpcError = class extends Error {
  constructor(code, message) {
    super(`${message} (${code})`);
    this.code = code;
  }
};
var IguanaRefusal = class extends Error {
};
function reasonOf(failure) {
  return failure instanceof Error ? failure.message : String(failure);
}
function connectionFailure(failure) {
  const code = "code" in failure ? failure.code : void 0;
  if (failure.message === "aborted") return "the connection was closed within the answer";
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ECONNRESET" || code === "EPIPE") return "connection closed without an answer";
  return failure.message;
}
var METHOD_NOT_FOUND = -32601;

function exchange(port, request4, withinMilliseconds) {
  return new Promise((resolve, reject) => {
    const fail2 = (why) => reject(new NotYet("waiting-for-iguana", why));
    const response = new BoundedText(LONGEST_ANSWER);
    const socket = (0, import_node_net2.connect)({ host: "127.0.0.1", port });
    const timer = setTimeout(() => {
      fail2(`Iguana's RPC: no answer in ${withinMilliseconds / 1e3} s`);
      socket.destroy();
    }, withinMilliseconds);
    socket.on("data", (chunk) => {
      if (response.add(chunk)) return;
      fail2(`Iguana's RPC: the answer is longer than ${LONGEST_ANSWER / 2 ** 20} MiB`);
      socket.destroy();
    });
    socket.on("error", (failure) => fail2(`Iguana's RPC: ${connectionFailure(failure)}`));
    socket.on("close", () => {
      clearTimeout(timer);
      const body = answerText(response.text);
      if (body === void 0) return fail2("Iguana's RPC: connection closed without an answer");
      const answer = parseJson(body);
      if (answer === void 0) fail2("Iguana's RPC: the answer is not JSON");
      else resolve(answer);
    });
    socket.write(requestText(request4));
  });
}

var import_node_fs5 = require("node:fs");
var LISTEN = "0A";
var ADDRESSES = ["0100007F", "7F000001", "00000000"];
function listenerOn(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const wanted = ADDRESSES.map((address) => `${address}:${hex}`);
  for (const line of (0, import_node_fs5.readFileSync)("/proc/self/net/tcp", "utf8").split("\n")) {
    const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/);
    if (state === LISTEN && wanted.includes(local ?? "") && inode !== void 0)
      return { uid: Number(uid), inode };
  }
  return void 0;
}
function processesOf({ inode }) {
  return (0, import_node_fs5.readdirSync)("/proc").filter((name) => /^\d+$/.test(name) && hasSocket(name, inode)).map(Number);
}
function hasSocket(pid, inode) {
  try {
    return (0, import_node_fs5.readdirSync)(`/proc/${pid}/fd`).some(
      (fd) => targetOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`
    );
  } catch {
    return false;
  }
}
function targetOf(path) {
  try {
    return (0, import_node_fs5.readlinkSync)(path);
  } catch {
    return void 0;
  }
}

var QUESTION_MILLISECONDS = 2e3;
var STOP_MILLISECONDS = 25e3;
var IguanaProcess = class {
  constructor(rpcPort) {
    this.rpcPort = rpcPort;
    this.name = "Iguana";
    this.isStopping = false;
  }
  /** Whether Iguana certainly notarises nothing: it does not run, or knows no notary, not even itself. */
  async isIdle() {
    if (listenerOn(this.rpcPort) === void 0) return true;
    const request4 = { agent: "dpow", method: "ipaddrs" };
    const notaries = await exchange(this.rpcPort, request4, QUESTION_MILLISECONDS).catch(() => void 0);
    return Array.isArray(notaries) && notaries.length === 0;
  }
  end() {
    const listener = listenerOn(this.rpcPort);
    if (listener === void 0) return "it is gone";
    const pids = processesOf(listener);
    for (const pid of pids) kill(pid);
    if (pids.length > 0) return "it was killed";
    void this.stop();
    return `it was asked to stop, which takes it 20 s: ${obstacleOf(listener)}`;
  }
  obstacle() {
    const listener = listenerOn(this.rpcPort);
    return listener === void 0 || processesOf(listener).length > 0 ? void 0 : obstacleOf(listener);
  }
  async stop() {
    if (this.isStopping) return;
    this.isStopping = true;
    try {
      await exchange(this.rpcPort, { agent: "SuperNET", method: "stop" }, STOP_MILLISECONDS);
    } catch {
    } finally {
      this.isStopping = false;
    }
  }
};
function obstacleOf({ uid }) {
  const [own, ownGroup] = [process.getuid?.() ?? "?", process.getgid?.() ?? "?"];
  return `Iguana runs as uid ${uid} and this agent as ${own}:${ownGroup}; it can kill Iguana only with the same uid and gid, in the same PID namespace`;
}
function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
  }
}

var RUN_DIRECTORY = process.env["DOKOMODO_RUN"] ?? "/run/dokomodo";

var RELIANCE_FILE = "/tmp/dokomodo-lease";
function realSurroundings() {
  const clock = kernelClock();
  return { clock, instance: instanceId(clock), times: LEASE_TIMES, relianceFile: RELIANCE_FILE };
}
function leaseKeeperOf({
  plan,
  board,
  surroundings,
  onChange
}) {
  const { lease } = plan.iguana;
  if (lease === void 0) return void 0;
  const { clock, instance, times, relianceFile } = surroundings();
  const { holder } = lease;
  const lessors = lessorsOf(lease, plan.publicKey, times, clock);
  return new LeaseKeeper({
    lease: new Lease({ lessors, holder, instance, times, clock }),
    process: new IguanaProcess(plan.iguana.rpcPort),
    report: board,
    reliance: new RelianceFile(relianceFile, instance),
    onChange
  });
}
function lessorsOf(lease, publicKey, { answerWithin }, clock) {
  if ("object" in lease) {
    const api = new ApiServer(`${RUN_DIRECTORY}/api`);
    return [new LeaseObject({ objectName: lease.object, api, clock, answerWithin })];
  }
  return lease.witnesses.map(({ name, port }) => new WitnessClient({ name, port, publicKey, answerWithin }));
}

var FLOOR_MILLISECONDS = 200;
var Bell = class {
  constructor() {
    this.waiting = /* @__PURE__ */ new Set();
  }
  ring() {
    for (const wake of [...this.waiting]) wake();
  }
  async wait(milliseconds) {
    const floor = Math.min(FLOOR_MILLISECONDS, milliseconds);
    const started = Date.now();
    await new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.waiting.add(wake);
    });
    const left = started + floor - Date.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  }
};

var import_node_http2 = require("node:http");

function redactor(secrets) {
  const spellings = /* @__PURE__ */ new Set();
  const add = (secret) => {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      spellings.add(form);
  };
  if (secrets.passphrase !== void 0) add(secrets.passphrase);
  for (const { rpcUser, rpcPassword, wif } of Object.values(secrets.coins)) {
    add(rpcPassword);
    if (wif !== void 0) add(wif);
    add(basicCredentials(rpcUser, rpcPassword));
  }
  const longestFirst = [...spellings].filter((text2) => text2 !== "").sort((a, b) => b.length - a.length);
  return (text2) => longestFirst.reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text2);
}
function basicCredentials(user, password) {
  return Buffer.from(`${user}:${password}`).toString("base64");
}

var TIMEOUT_MILLISECONDS = 1e4;
var IN_WARMUP = -28;
var ChainRpc = class {
  constructor({ symbol, rpcPort }, secrets, id = "dokomodo") {
    this.secrets = secrets;
    this.id = id;
    this.daemon = `the daemon of ${symbol}`;
    this.port = rpcPort;
  }
  /**
   * The `result` of a call. An array has positional params, an object has named ones.
   *
   * Rejects with NotYet while the daemon is away, busy or loading, with Unusable where it is another daemon or has
   * another password, and with RpcError where it refuses the call.
   */
  async call(method, params = [], limits = {}) {
    const body = JSON.stringify({ jsonrpc: "1.0", id: this.id, method, params });
    const { status, text: text2 } = await this.post(method, body, limits);
    if (status === 401)
      throw new Unusable(
        "password",
        `${this.daemon} refuses the user and password (HTTP 401). \`pulumi up\` gives it and this agent the same; if somebody else runs it, correct them in dokomodo:external`
      );
    if (status === 403)
      throw new Unusable("error", `${this.daemon} refuses this address (HTTP 403, rpcallowip)`);
    const answer = parseJson(text2);
    if (!isObject(answer)) {
      if (status === 500 || status === 503)
        throw new NotYet(
          "waiting-for-chain",
          `${this.daemon} is busy: HTTP ${status} ${text2.trim().slice(0, 80)}`,
          "error"
        );
      throw new Unusable("error", `${this.daemon} does not answer like a chain's daemon (HTTP ${status})`);
    }
    const { result, error } = answer;
    if (error === void 0 || error === null) return result;
    const { code, message } = isObject(error) ? error : { code: 0, message: JSON.stringify(error) };
    if (code === IN_WARMUP) throw new NotYet("loading", String(message), "loading");
    throw new RpcError(Number(code), `${method}: ${message}`);
  }
  async post(method, body, limits) {
    const withinMilliseconds = limits.milliseconds ?? TIMEOUT_MILLISECONDS;
    const signal = AbortSignal.timeout(withinMilliseconds);
    const call = (0, import_node_http2.request)({
      host: "127.0.0.1",
      port: this.port,
      method: "POST",
      // Each call opens a connection. A kept one that a restarted daemon has closed would look like a daemon that is
      // away.
      agent: false,
      headers: {
        Authorization: `Basic ${basicCredentials(this.secrets.rpcUser, this.secrets.rpcPassword)}`,
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body)
      },
      signal
    });
    return wholeAnswer(call, body, limits.bytes).catch((failure) => {
      if (failure instanceof TooLong)
        throw new Unusable(
          "error",
          limits.bytes === void 0 ? `${this.daemon} cannot be trusted: its answer to ${method} is longer than ${failure.most / 1024} KiB, which no daemon's is; it was not read` : `the answer of ${this.daemon} to ${method} is longer than ${failure.most / 2 ** 20} MiB; it was not read`
        );
      const [kind, why] = signal.aborted ? ["silent", `no answer in ${withinMilliseconds / 1e3} s`] : [silenceKind(failure), connectionFailure(failure)];
      if (kind === "link")
        throw new NotYet(
          "waiting-for-chain",
          `the proxy beside this agent does not lead to ${this.daemon}: ${why}`,
          kind
        );
      throw new NotYet("waiting-for-chain", `${this.daemon}: ${why}`, kind);
    });
  }
};
function silenceKind(failure) {
  const code = "code" in failure ? failure.code : void 0;
  if (code === "ECONNREFUSED") return "link";
  return failure.message === "aborted" ? "error" : "down";
}

var CoinKeeper = class {
  constructor(args) {
    this.args = args;
  }
  /** Looks at the coin once, and does all that can be done for it now. False where something is wrong with it. */
  async round() {
    const { symbol, board, keeper, dpow } = this.args;
    try {
      const height = await keeper.keep();
      const details = dpow === void 0 ? [] : await dpow.advance(height);
      if (details === void 0) return true;
      const all = [...details, ...keeper.details];
      board.setCoin(symbol, "ready", all.length === 0 ? void 0 : all.join("; "));
      return true;
    } catch (failure) {
      const isWaiting = failure instanceof NotYet;
      board.setCoin(symbol, isWaiting ? failure.waitingState : "error", reasonOf(failure));
      return isWaiting;
    }
  }
};

var HeightKeeper = class {
  constructor(symbol, rpc, board) {
    this.symbol = symbol;
    this.rpc = rpc;
    this.board = board;
    /** There is nothing that people have to know. */
    this.details = [];
  }
  /** Resolves with the chain's height. */
  async keep() {
    const { symbol, rpc, board } = this;
    try {
      const height = Number(await rpc.call("getblockcount"));
      board.setChainHeight(symbol, height);
      return height;
    } catch (failure) {
      board.setChainHeight(symbol, null);
      throw failure;
    }
  }
};

var RESCANNED = "dokomodo: rescanned";
var UNSEEN = "dokomodo: not rescanned before height ";
function unseenLabel(height) {
  return `${UNSEEN}${height}`;
}
function unseenBefore(label) {
  const height = label.startsWith(UNSEEN) ? Number(label.slice(UNSEEN.length)) : Number.NaN;
  return Number.isSafeInteger(height) ? height : void 0;
}
function labelOf({ account, label, labels }) {
  const [first] = Array.isArray(labels) ? labels : [];
  const name = typeof first === "object" && first !== null && "name" in first ? first.name : first;
  return [account, label, name].find((text2) => typeof text2 === "string" && text2 !== "") ?? "";
}

var WALLET = "notary";
var WALLET_ERROR = -4;
var INVALID_PARAMETER = -8;
var WALLET_NOT_FOUND = -18;
var WALLET_ALREADY_LOADED = -35;
var RESCANNED_BLOCKS = 1e4;
var RESCAN_MILLISECONDS = 6e4;
var Wallet = class {
  constructor(rpc, address, log2) {
    this.rpc = rpc;
    this.address = address;
    this.log = log2;
  }
  /** Whether the key is in the wallet, and since when. Makes the wallet where there is none. */
  async look() {
    const answer = await this.rpc.call("validateaddress", [this.address]);
    if (isObject(answer)) {
      if (answer["isvalid"] === false)
        throw new Error(
          `${this.address} is not an address of this chain; are its prefixes right in assetchains.yaml?`
        );
      if (typeof answer["ismine"] === "boolean") return this.ownership(answer);
    }
    return this.ownership(await this.withWallet(() => this.rpc.call("getaddressinfo", [this.address])));
  }
  /**
   * Imports the key into a wallet that does not have it. Earlier blocks are rescanned where that takes seconds.
   * Otherwise the key's label says that they were not.
   * @param height the chain's height
   */
  async importKey(wif, height) {
    const isRescanned = height <= RESCANNED_BLOCKS && await this.importRescanning(wif);
    if (!isRescanned) await this.import(wif, unseenLabel(height), false);
    if (!isRescanned) this.unseen = height;
    if (!(await this.look()).isOurs)
      throw new Error(
        `the key was imported, but ${this.address} is not the wallet's; do WIF and address prefix agree?`
      );
    this.log(isRescanned ? "key imported" : `key imported without a rescan of the ${height} blocks before`);
  }
  /** Sets the label of a key that is in the wallet: it imports the key once more, which changes only the label. */
  async label(wif, label) {
    await this.import(wif, label, false);
  }
  /** False where the daemon refuses to rescan, as one that prunes its blocks does. */
  async importRescanning(wif) {
    try {
      await this.import(wif, "", true);
      return true;
    } catch (failure) {
      if (failure instanceof RpcError && failure.code === WALLET_ERROR) return false;
      throw failure;
    }
  }
  async import(wif, label, rescan) {
    const limits = { milliseconds: rescan ? RESCAN_MILLISECONDS : void 0 };
    await this.withWallet(() => this.rpc.call("importprivkey", [wif, label, rescan], limits));
  }
  ownership(answer) {
    if (!isObject(answer) || answer["ismine"] !== true) {
      this.unseen = void 0;
      return { isOurs: false, unseenBefore: void 0, lostLabel: void 0 };
    }
    const label = labelOf(answer);
    if (label !== "") this.unseen = unseenBefore(label);
    const lostLabel = label === "" && this.unseen !== void 0 ? unseenLabel(this.unseen) : void 0;
    return { isOurs: true, unseenBefore: this.unseen, lostLabel };
  }
  async withWallet(call) {
    try {
      return await call();
    } catch (failure) {
      if (!saysNoWallet(failure)) throw failure;
      await this.openWallet();
      return call();
    }
  }
  /** Newer daemons start without a wallet, and Iguana does not open one. */
  async openWallet() {
    try {
      await this.namedOrPositional("loadwallet", { filename: WALLET, load_on_startup: true });
      this.log(`wallet "${WALLET}" loaded`);
    } catch (failure) {
      if (!(failure instanceof RpcError)) throw failure;
      if (failure.code === WALLET_ALREADY_LOADED || /already loaded/i.test(failure.message)) return;
      if (failure.code !== WALLET_NOT_FOUND) throw failure;
      await this.namedOrPositional("createwallet", {
        wallet_name: WALLET,
        descriptors: false,
        load_on_startup: true
      });
      this.log(`wallet "${WALLET}" created`);
    }
  }
  /** Daemons before 0.21 know neither `load_on_startup` nor `descriptors`. They take the name alone. */
  async namedOrPositional(method, params) {
    try {
      return await this.rpc.call(method, params);
    } catch (failure) {
      if (failure instanceof RpcError && failure.code === INVALID_PARAMETER)
        return this.rpc.call(method, [WALLET]);
      throw failure;
    }
  }
};
function saysNoWallet(failure) {
  if (!(failure instanceof RpcError)) return false;
  const { code, message } = failure;
  return code === WALLET_NOT_FOUND || code === METHOD_NOT_FOUND && /no wallet is loaded/i.test(message);
}

var KeyKeeper = class {
  constructor(args) {
    this.args = args;
    this.isThere = false;
    this.isKnown = false;
    const { coin, secrets, board } = args;
    this.rpc = new ChainRpc(coin, secrets);
    this.wallet = new Wallet(this.rpc, coin.address, (event) => board.event(coin.symbol, event));
  }
  /** Whether the chain answered the last call, and its wallet holds the key. */
  get isInWallet() {
    return this.isThere;
  }
  /** Whether its wallet holds the key; undefined while the chain does not answer. */
  get hasKey() {
    return this.isKnown ? this.isThere : void 0;
  }
  /** What people have to know of a key that is in the wallet. */
  get details() {
    if (this.unseenBefore === void 0) return [];
    return [
      `its key came at height ${this.unseenBefore} and was not rescanned for, so coins received before are not seen; if there are any, rescan, which takes hours (docs/guide/trouble.md, coins that came before the key)`
    ];
  }
  /**
   * Looks for the key, and imports it where it is absent. To be called again and again, because a daemon may come back
   * with another wallet. Resolves with the chain's height.
   */
  async keep() {
    const height = await this.look();
    if (!this.isThere) await this.import(height);
    return height;
  }
  async look() {
    const { coin, secrets, board } = this.args;
    try {
      const height = Number(await this.rpc.call("getblockcount"));
      const { isOurs, unseenBefore: unseenBefore2, lostLabel } = await this.wallet.look();
      this.unseenBefore = unseenBefore2;
      if (lostLabel !== void 0) await this.wallet.label(secrets.wif, lostLabel);
      this.isThere = isOurs;
      this.isKnown = true;
      board.setChainHeight(coin.symbol, height);
      return height;
    } catch (failure) {
      this.isThere = false;
      this.isKnown = false;
      board.setChainHeight(coin.symbol, null);
      throw failure;
    }
  }
  async import(height) {
    const { coin, secrets, board } = this.args;
    board.setCoin(coin.symbol, "importing-key");
    if (coin.importsKey === false)
      throw new Error(
        `its daemon, which somebody else runs, does not have the key of ${coin.address}; import it there, or allow this agent to do so with importKey in dokomodo:external`
      );
    await this.wallet.importKey(secrets.wif, height);
    this.unseenBefore = (await this.wallet.look()).unseenBefore;
    this.isThere = true;
  }
};

function nextStep({ coin, facts, destination, iguana }) {
  if (!iguana.ready) return "waiting-for-iguana";
  if (iguana.wasBlank && facts.outputsFreeIn !== iguana.life) return "unlocking-outputs";
  if (facts.addedIn !== iguana.life) return "adding";
  if (iguana.unlockedIn !== iguana.life) return "unlocking";
  if (coin.dpow === void 0 || facts.dpowIn === iguana.life) return "watch";
  if (destination === void 0 || !destination.ours || destination.addedIn !== iguana.life)
    return "waiting-for-dest";
  return "starting-dpow";
}
function pause(pollMilliseconds, failuresInARow) {
  return Math.min(pollMilliseconds * 2 ** Math.min(failuresInARow, 10), Math.max(15e3, pollMilliseconds));
}

var AWAITED_MILLISECONDS = 1e3;
async function repeat(bell, poll, round) {
  let failures = 0;
  for (; ; ) {
    const { ok, soon = false } = await round();
    failures = ok ? 0 : failures + 1;
    await bell.wait(pause(soon ? Math.min(poll, AWAITED_MILLISECONDS) : poll, failures));
  }
}

function keepNode({ plan, secrets, board, readings, poll }) {
  const bell = new Bell();
  const coins = plan.coins.map((coin) => {
    const { symbol } = coin;
    const keeper = plan.publicKey === void 0 ? new HeightKeeper(symbol, new ChainRpc(coin, secretsOf(coin, secrets)), board) : keyKeeperOf(coin, secrets, board).key;
    if (keeper instanceof KeyKeeper) readings.followKey(symbol, () => keeper.hasKey);
    return new CoinKeeper({ symbol, board, keeper });
  });
  const rounds = coins.map((coin) => repeat(bell, poll, async () => ({ ok: await coin.round() })));
  return { kept: Promise.all(rounds) };
}
function keyKeeperOf(coin, secrets, board) {
  const { wif, ...credentials } = secretsOf(coin, secrets);
  const { address } = coin;
  if (wif === void 0 || address === void 0) throw new Error(`no key for ${coin.symbol}`);
  const own = { ...credentials, wif };
  return { key: new KeyKeeper({ coin: { ...coin, address }, secrets: own, board }), own };
}
function secretsOf({ symbol }, { coins }) {
  const own = coins[symbol];
  if (own === void 0) throw new Error(`no credentials for ${symbol}`);
  return own;
}

var ALWAYS = { isGiven: true, isLeaving: false, use: () => true };

function isNotaryUtxo({ value, script }, publicKey, { utxoSize }) {
  return value === utxoSize && script === keyScript(publicKey);
}
function keyScript(publicKey) {
  return `21${publicKey}ac`;
}
async function lockedOutputs(rpc, publicKey, coin) {
  const notaryUtxos = [];
  const spent = [];
  const answer = await rpc.call("listlockunspent");
  for (const outpoint of (Array.isArray(answer) ? answer : []).flatMap((entry) => outpointOf(entry) ?? [])) {
    const output = await unspentOutput(rpc, outpoint);
    if (output === void 0) spent.push(outpoint);
    else if (isNotaryUtxo(output, publicKey, coin)) notaryUtxos.push(outpoint);
  }
  return { notaryUtxos, spent };
}
async function unlockOutputs(rpc, publicKey, coin) {
  const { notaryUtxos, spent } = await lockedOutputs(rpc, publicKey, coin);
  for (const outpoints of [notaryUtxos, spent])
    if (outpoints.length > 0) await rpc.call("lockunspent", [true, outpoints]);
  return notaryUtxos.length;
}
async function unspentOutput(rpc, { txid, vout }) {
  const answer = await rpc.call("gettxout", [txid, vout, true]);
  if (!isObject(answer)) return void 0;
  const { value, scriptPubKey } = answer;
  const script = isObject(scriptPubKey) ? scriptPubKey["hex"] : void 0;
  return typeof script === "string" ? { value: satoshi(value), script } : void 0;
}
function outpointOf(entry) {
  const { txid, vout } = isObject(entry) ? entry : {};
  return typeof txid === "string" && typeof vout === "number" ? { txid, vout } : void 0;
}
function satoshi(coins) {
  return Math.round(Number(coins) * 1e8);
}

var OVERWINTERED = 2147483648;
var TRANSACTION_ID_BYTES = 32;
function parseTransaction(hex) {
  const reader = new Reader(hex);
  const version = reader.uint32();
  if (version >= OVERWINTERED) reader.skip(4);
  const inputs = reader.compactSize();
  for (let i = 0; i < inputs; i += 1) {
    reader.skip(TRANSACTION_ID_BYTES + 4);
    reader.skip(reader.compactSize());
    reader.skip(4);
  }
  const head = hex.slice(0, reader.position * 2);
  const count2 = reader.compactSize();
  const outputs = [];
  for (let i = 0; i < count2; i += 1) {
    const value = reader.uint64();
    outputs.push({ value, script: reader.hex(reader.compactSize()) });
  }
  return { head, inputs, outputs, tail: hex.slice(reader.position * 2) };
}
function withOutputs({ head, tail }, outputs) {
  const texts = outputs.map(({ value, script }) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return `${bytes.toString("hex")}${compactSize(script.length / 2)}${script}`;
  });
  return [head, compactSize(outputs.length), ...texts, tail].join("");
}
function compactSize(size) {
  if (size < 253) return Buffer.of(size).toString("hex");
  const bytes = Buffer.alloc(3, 253);
  bytes.writeUInt16LE(size, 1);
  return bytes.toString("hex");
}
var Reader = class {
  constructor(hex) {
    this.position = 0;
    this.bytes = Buffer.from(hex, "hex");
    if (this.bytes.length * 2 !== hex.length) throw notOne();
  }
  skip(length) {
    const start = this.position;
    this.position += length;
    if (this.position > this.bytes.length) throw notOne();
    return start;
  }
  uint32() {
    return this.bytes.readUInt32LE(this.skip(4));
  }
  uint64() {
    return Number(this.bytes.readBigUInt64LE(this.skip(8)));
  }
  hex(length) {
    const start = this.skip(length);
    return this.bytes.toString("hex", start, this.position);
  }
  compactSize() {
    const first = this.bytes.readUInt8(this.skip(1));
    if (first < 253) return first;
    if (first === 253) return this.bytes.readUInt16LE(this.skip(2));
    if (first === 254) return this.uint32();
    throw notOne();
  }
};
function notOne() {
  return new Error("the daemon answered with what is not a raw transaction");
}

var BYTES2 = { input: 148, notaryUtxo: 44, change: 34, rest: 60 };
var MOST_OUTPUTS = 252;
var MOST_INPUTS = 300;
var LEAST_CHANGE = 5460;
function planSplit(facts) {
  const { count: count2, low, high, coins, feeRate } = facts;
  if (count2 >= low) return { kind: "enough" };
  if (facts.unconfirmed > 0) return { kind: "waiting" };
  const wanted = Math.min(high - count2, MOST_OUTPUTS - 1);
  const useful = coins.filter(({ value }) => value > feeOf(BYTES2.input, feeRate));
  const inputs = chooseInputs(useful, costOf(facts, wanted));
  const total = totalOf(inputs);
  const missing = Math.max(0, costOf(facts, Math.min(low - count2, wanted))(inputs.length + 1) - total);
  const outputs = mostOutputs(facts, wanted, inputs);
  if (outputs < 1) return { kind: "short", missing };
  return {
    kind: "split",
    split: finish(facts, inputs, outputs),
    missing: outputs >= Math.min(low - count2, wanted) ? 0 : missing
  };
}
function feeOf(bytes, feeRate) {
  return Math.ceil(bytes * feeRate / 1e3);
}
function costOf({ size, feeRate }, outputs) {
  return (inputs) => outputs * size + feeOf(BYTES2.rest + inputs * BYTES2.input + outputs * BYTES2.notaryUtxo, feeRate);
}
function chooseInputs(coins, cost) {
  const largestFirst = [...coins].sort((a, b) => b.value - a.value);
  const alone = largestFirst.findLast(({ value }) => value >= cost(1));
  if (alone !== void 0) return [alone];
  const chosen = [];
  for (const coin of largestFirst.slice(0, MOST_INPUTS)) {
    chosen.push(coin);
    if (totalOf(chosen) >= cost(chosen.length)) break;
  }
  return chosen;
}
function totalOf(coins) {
  return coins.reduce((total, { value }) => total + value, 0);
}
function mostOutputs(facts, wanted, inputs) {
  const total = totalOf(inputs);
  let outputs = wanted;
  while (outputs > 0 && costOf(facts, outputs)(inputs.length) > total) outputs -= 1;
  return outputs;
}
function finish(facts, inputs, outputs) {
  const total = totalOf(inputs);
  const left = total - costOf(facts, outputs)(inputs.length);
  const change = left - feeOf(BYTES2.change, facts.feeRate);
  const kept = change < leastChange(facts.feeRate) ? 0 : change;
  return { inputs, outputs, change: kept, fee: total - outputs * facts.size - kept };
}
function leastChange(feeRate) {
  return Math.max(LEAST_CHANGE, 3 * feeOf(BYTES2.input + BYTES2.change, feeRate));
}
function splitText({ inputs, outputs, change, fee }, size) {
  const coins = inputs.length === 1 ? "1 coin" : `${inputs.length} coins`;
  const back = change === 0 ? "no change" : `change ${coinText(change)}`;
  return `split ${coins} of ${coinText(totalOf(inputs))} into ${outputs} of ${coinText(size)}, ${back}, fee ${coinText(fee)}`;
}
function coinText(satoshi2) {
  return (satoshi2 / 1e8).toFixed(8).replace(/\.?0+$/, "");
}

var LIST_LIMITS = { milliseconds: 3e4, bytes: 8 * 2 ** 20 };
var TRANSACTION_LIMITS = { milliseconds: 6e4, bytes: 2 ** 20 };
var KEY_HASH_SCRIPT = /^76a914[0-9a-f]{40}88ac$/;
var TEMPLATE_VALUE = 1e-4;
var RELAY_FEES = 2;
var LEAST_FEE_RATE = 1e3;
var MOST_FEE_RATE = 1e6;
var KeyCoins = class {
  constructor(args) {
    this.args = args;
  }
  async holdings() {
    const { rpc, coin, publicKey } = this.args;
    const answer = await rpc.call("listunspent", [0, 9999999, [coin.address]], LIST_LIMITS);
    const entries = (Array.isArray(answer) ? answer : []).flatMap((entry) => entryOf(entry) ?? []);
    const isOurs = (output) => "utxoSize" in coin && isNotaryUtxo(output, publicKey, coin);
    const ours = entries.filter(({ output }) => isOurs(output));
    const notaryUtxos = ours.filter(({ inBlock }) => inBlock).map(({ output }) => output);
    const coins = entries.filter(({ inBlock, output }) => inBlock && !isOurs(output) && this.isKeys(output));
    return {
      notaryUtxos,
      unconfirmed: ours.length - notaryUtxos.length,
      // A locked output is in no list of unspent ones.
      locked: "utxoSize" in coin ? (await lockedOutputs(rpc, publicKey, coin)).notaryUtxos.length : 0,
      coins: coins.map(({ output }) => output)
    };
  }
  /** What is paid for 1000 bytes, in satoshi. */
  async feeRate() {
    const answer = await this.args.rpc.call("getnetworkinfo");
    const rate = RELAY_FEES * satoshi(isObject(answer) ? answer["relayfee"] : void 0);
    if (!(rate <= MOST_FEE_RATE))
      throw new Error(
        `its daemon asks for a relay fee of ${coinText(rate / RELAY_FEES)} for 1000 bytes, and more than ${coinText(MOST_FEE_RATE / RELAY_FEES)} is not paid`
      );
    return Math.max(rate, LEAST_FEE_RATE);
  }
  /**
   * Spends coins of the key, and answers with the transaction's id.
   * @param outputsTo makes the outputs, given the script of the key's address
   */
  async send(inputs, outputsTo) {
    const { rpc, coin } = this.args;
    const spent = inputs.map(({ txid, vout }) => ({ txid, vout }));
    const made = await rpc.call(
      "createrawtransaction",
      [spent, { [coin.address]: TEMPLATE_VALUE }],
      TRANSACTION_LIMITS
    );
    const template = parseTransaction(String(made));
    const [own] = template.outputs;
    if (template.inputs !== inputs.length || own === void 0 || !KEY_HASH_SCRIPT.test(own.script))
      throw new Error("its daemon made another transaction than it was asked for");
    const hex = await this.sign(withOutputs(template, outputsTo(own.script)));
    return String(await rpc.call("sendrawtransaction", [hex], TRANSACTION_LIMITS));
  }
  /** Whether an output can be spent with the key alone. A transaction of such inputs has no witnesses. */
  isKeys({ script }) {
    return KEY_HASH_SCRIPT.test(script) || script === keyScript(this.args.publicKey);
  }
  async sign(hex) {
    const answer = await this.signed(hex);
    const { hex: signed, complete } = isObject(answer) ? answer : {};
    if (typeof signed !== "string" || complete !== true)
      throw new Error("its daemon has not signed all inputs; does its wallet have the node's key?");
    return signed;
  }
  /** Newer daemons have the one call, komodod has the other (docs/internals/domain.md, dialects). */
  async signed(hex) {
    try {
      return await this.args.rpc.call("signrawtransactionwithwallet", [hex], TRANSACTION_LIMITS);
    } catch (failure) {
      if (!(failure instanceof RpcError) || failure.code !== METHOD_NOT_FOUND) throw failure;
      return this.args.rpc.call("signrawtransaction", [hex], TRANSACTION_LIMITS);
    }
  }
};
function entryOf(entry) {
  const { amount, scriptPubKey, confirmations, spendable } = isObject(entry) ? entry : {};
  const outpoint = outpointOf(entry);
  if (outpoint === void 0 || spendable === false || typeof scriptPubKey !== "string") return void 0;
  const output = { ...outpoint, value: satoshi(amount), script: scriptPubKey };
  return { output, inBlock: Number(confirmations) > 0 };
}

var UtxoKeeper = class {
  constructor(args) {
    this.args = args;
    this.lookedAt = 0;
    this.coins = new KeyCoins(args);
  }
  /** To be called while the coin is brought up. Looks after a new block, and not too often. It never rejects. */
  async round(height) {
    if (this.lookedHeight === height || Date.now() - this.lookedAt < this.args.milliseconds) return;
    this.lookedAt = Date.now();
    try {
      await this.look();
      this.lookedHeight = height;
    } catch (failure) {
      const why = failure instanceof Error ? failure.message : String(failure);
      const { symbol } = this.args.coin;
      this.args.board.setUtxos(symbol, void 0, `its notary UTXOs are not kept in number: ${why}`);
    }
  }
  async look() {
    const { bounds, coin, board } = this.args;
    const held = await this.coins.holdings();
    const count2 = countOf(held);
    const facts = { ...bounds, count: count2, unconfirmed: held.unconfirmed, size: coin.utxoSize, coins: held.coins };
    const plan = planSplit({
      ...facts,
      feeRate: count2 < bounds.low ? await this.coins.feeRate() : LEAST_FEE_RATE
    });
    const text2 = this.textOf(plan);
    const status = { ...bounds, count: count2, unconfirmed: held.unconfirmed, locked: held.locked, next: text2 };
    board.setUtxos(coin.symbol, { ...status, lastSplit: this.lastSplit }, this.warningOf(plan, count2));
    if (plan.kind !== "split" || bounds.dryRun === true) return;
    this.lastSplit = await sendSplit(this.coins, plan.split, this.args);
    board.event(coin.symbol, `${splitText(plan.split, coin.utxoSize)}: ${this.lastSplit}`);
    const after = { ...status, count: count2 + plan.split.outputs, unconfirmed: plan.split.outputs };
    const done = { ...after, next: this.textOf({ kind: "waiting" }), lastSplit: this.lastSplit };
    board.setUtxos(coin.symbol, done, this.warningOf(plan, count2));
  }
  textOf(plan) {
    switch (plan.kind) {
      case "enough":
        return "nothing";
      case "waiting":
        return "waits until the last split is in a block";
      case "short":
        return "nothing can be split";
      case "split": {
        const text2 = splitText(plan.split, this.args.coin.utxoSize);
        return this.args.bounds.dryRun === true ? `dry run: would ${text2}` : text2;
      }
    }
  }
  warningOf(plan, count2) {
    if (!("missing" in plan) || plan.missing === 0) return void 0;
    const { coin, bounds } = this.args;
    return `it has ${count2} of at least ${bounds.low} notary UTXOs, and too few other coins to make more: send ${coinText(plan.missing)} or more to ${coin.address}`;
  }
};
function countOf({ notaryUtxos, unconfirmed, locked }) {
  return notaryUtxos.length + unconfirmed + locked;
}
function sendSplit(coins, { inputs, outputs, change }, { coin, publicKey }) {
  const utxo = { value: coin.utxoSize, script: keyScript(publicKey) };
  return coins.send(inputs, (script) => [
    ...Array(outputs).fill(utxo),
    ...change > 0 ? [{ value: change, script }] : []
  ]);
}

var IGUANA_HEIGHT_MILLISECONDS = 3e4;
var DpowKeeper = class {
  constructor(args) {
    this.args = args;
    this.known = { outputsFreeIn: 0, addedIn: 0, dpowIn: 0 };
    this.iguanaAskedAt = 0;
    const { coin, plan, board, key, utxoMilliseconds: milliseconds } = args;
    const { rpc } = key;
    const { publicKey } = plan;
    this.utxos = coin.utxos === void 0 ? void 0 : new UtxoKeeper({ coin, bounds: coin.utxos, publicKey, rpc, board, milliseconds });
    this.isDestination = plan.coins.some(({ dpow }) => dpow?.dest === coin.symbol);
  }
  get facts() {
    return { ...this.known, ours: this.args.key.isInWallet };
  }
  /**
   * Does all that can be done now for a coin whose daemon has the key. Resolves with what people have to know of a coin
   * that is ready; undefined where the coin waits, which the board then says.
   */
  async advance(height) {
    try {
      return await this.advanceAt(height);
    } catch (failure) {
      if (failure instanceof NotYet && failure.waitingState === "waiting-for-iguana")
        this.args.iguana.keeper.doubt();
      throw failure;
    }
  }
  async advanceAt(height) {
    const { coin, board, iguana } = this.args;
    for (; ; ) {
      const { facts } = iguana.keeper;
      const destination = this.args.destination();
      const step = nextStep({ coin, facts: this.known, destination, iguana: facts });
      switch (step) {
        case "watch":
          return this.watch(height);
        case "waiting-for-iguana":
          board.setIguanaHeight(coin.symbol, null);
          board.setCoin(coin.symbol, step);
          return void 0;
        case "waiting-for-dest":
          this.waitForDestination(destination);
          return void 0;
      }
      board.setCoin(coin.symbol, step);
      switch (step) {
        case "unlocking-outputs":
          await this.unlockOutputs(facts.life);
          break;
        case "adding":
          await this.add(facts.life);
          break;
        case "unlocking":
          await iguana.keeper.unlock();
          break;
        case "starting-dpow":
          await this.startDpow(facts.life);
          break;
      }
    }
  }
  /** A daemon that refuses to say or unlock them keeps nobody from notarising. */
  async unlockOutputs(life) {
    const { key, plan, coin } = this.args;
    try {
      const count2 = await unlockOutputs(key.rpc, plan.publicKey, coin);
      this.stillLocked = void 0;
      if (count2 > 0) this.event(`${count2} outputs unlocked that an earlier Iguana had locked`);
    } catch (failure) {
      if (failure instanceof NotYet) throw failure;
      this.stillLocked = failure instanceof Error ? failure.message : String(failure);
      this.event(`what an earlier Iguana had locked stays so (${this.stillLocked})`);
    }
    this.know({ outputsFreeIn: life });
  }
  async add(life) {
    const { coin, secrets, board, iguana } = this.args;
    const isNew = await iguana.rpc.addCoin(coin, secrets);
    this.know({ addedIn: life });
    board.setIguanaHeight(coin.symbol, null);
    this.event(isNew ? "added to Iguana" : "Iguana has it already");
    if (this.isDestination) this.args.coinsBell.ring();
  }
  async startDpow(life) {
    const { coin, plan, iguana } = this.args;
    if (coin.dpow === void 0) return;
    const { dest, freq } = coin.dpow;
    const request4 = { symbol: coin.symbol, dest, pubkey: plan.publicKey, freq };
    const isNew = await iguana.rpc.startDpow(request4);
    this.know({ dpowIn: life });
    this.event(isNew ? `dpow accepted, notarised to ${dest}` : `is notarised to ${dest} already`);
  }
  waitForDestination(destination) {
    const { coin, board } = this.args;
    const dest = coin.dpow?.dest ?? "";
    if (destination === void 0)
      throw new Error(`it is notarised to ${dest}, which is not a chain of this notary`);
    board.setCoin(coin.symbol, "waiting-for-dest", dest);
  }
  async watch(height) {
    const { coin, board, iguana } = this.args;
    let seen = board.coin(coin.symbol).iguanaHeight ?? null;
    if (seen !== height || Date.now() - this.iguanaAskedAt > IGUANA_HEIGHT_MILLISECONDS) {
      const answer = await iguana.rpc.height(coin.symbol);
      if (answer === void 0) {
        this.know({ addedIn: 0, dpowIn: 0 });
        throw new NotYet("waiting-for-iguana", "Iguana no longer knows the coin");
      }
      this.iguanaAskedAt = Date.now();
      seen = answer;
      board.setIguanaHeight(coin.symbol, seen);
    }
    await this.utxos?.round(height);
    return [
      seen === null ? "Iguana does not reach this chain" : [],
      this.stillLocked === void 0 ? [] : `what an earlier Iguana had locked stays so (${this.stillLocked})`
    ].flat();
  }
  know(facts) {
    this.known = { ...this.known, ...facts };
  }
  event(text2) {
    this.args.board.event(this.args.coin.symbol, text2);
  }
};

var UNLOCKED_MILLISECONDS = 24 * 60 * 60 * 1e3;
var IguanaKeeper = class {
  constructor(args) {
    this.args = args;
    this.known = { ready: false, life: 0, wasBlank: false, unlockedIn: 0 };
    this.registered = false;
    this.unlockedAt = 0;
  }
  get facts() {
    return this.known;
  }
  /** To be called when Iguana did not answer a coin as expected. Iguana is looked at without delay. */
  doubt() {
    this.known = { ...this.known, ready: false };
    this.args.bells.iguana.ring();
  }
  /** Looks at Iguana once, and tells it what it does not know. False where something is wrong with it. */
  async round() {
    if (!this.args.permit.isGiven) {
      this.known = { ...this.known, ready: false };
      this.args.board.setIguana(this.args.permit.isLeaving ? "leaving" : "waiting-for-lease");
      return true;
    }
    const refused = this.args.refusal();
    if (refused !== void 0) {
      this.known = { ...this.known, ready: false };
      this.args.board.setIguana("outdated", refused);
      return true;
    }
    try {
      await this.look();
      this.args.board.setIguana("ready");
      if (!this.known.ready) {
        this.known = { ...this.known, ready: true };
        this.args.bells.coins.ring();
      }
      return true;
    } catch (failure) {
      this.known = { ...this.known, ready: false };
      const reason = failure instanceof Error ? failure.message : String(failure);
      this.args.board.setIguana(failure instanceof NotYet ? "waiting-for-rpc" : "error", reason);
      return failure instanceof NotYet;
    }
  }
  /** Unlocks the wallet, once for all coins that wait for it. */
  unlock() {
    this.unlocking ??= this.unlockNow().finally(() => {
      this.unlocking = void 0;
    });
    return this.unlocking;
  }
  /**
   * Iguana keeps nothing over a restart, so an Iguana that knows no notary begins a new life. As soon as it knows
   * one, it lists its own address as well. So an Iguana that knows notaries, but not the plan's address, was told
   * another one.
   */
  async look() {
    const notaries = await this.args.rpc.knownNotaries();
    const isNew = notaries.length === 0;
    const { ipAddress } = this.args.plan.iguana;
    if (!isNew && !notaries.includes(ipAddress))
      throw new Error(
        `Iguana was told another address than the plan's ${ipAddress}, and keeps it until it restarts`
      );
    if (isNew || this.known.life === 0) {
      if (isNew && this.registered)
        this.args.board.event("Iguana", "has restarted and lost everything; it is brought up again");
      this.registered = false;
      this.known = { ...this.known, ready: false, life: this.known.life + 1, wasBlank: isNew };
    }
    if (Date.now() - this.unlockedAt > UNLOCKED_MILLISECONDS) this.known = { ...this.known, unlockedIn: 0 };
    if (this.registered) return;
    this.args.board.setIguana("registering");
    if (isNew) await this.setAddress();
    const missing = new Set(
      [ipAddress, ...this.args.plan.iguana.notaries].filter((ip) => !notaries.includes(ip))
    );
    for (const ip of missing) await this.args.rpc.addNotary(ip);
    if (isNew && !(await this.args.rpc.knownNotaries()).includes(ipAddress))
      throw new Error("Iguana accepts no notaries; does it run as a notary (`iguana notary`)?");
    this.registered = true;
    this.args.board.event(
      "Iguana",
      isNew ? `knows its address and ${missing.size} notaries` : "runs already"
    );
  }
  async setAddress() {
    const { ipAddress } = this.args.plan.iguana;
    const answer = await this.args.rpc.setAddress(ipAddress);
    if (answer !== ipAddress)
      throw new Error(`Iguana has the address ${answer} until it restarts, but the plan says ${ipAddress}`);
  }
  async unlockNow() {
    const { life } = this.known;
    const publicKey = await this.args.rpc.unlock(this.args.passphrase);
    if (typeof publicKey === "string" && publicKey !== this.args.plan.publicKey)
      throw new Error(
        `the passphrase gives the public key ${publicKey}, but the plan says ${this.args.plan.publicKey}`
      );
    this.known = { ...this.known, unlockedIn: life };
    this.unlockedAt = Date.now();
    this.args.board.event("Iguana", "wallet unlocked");
  }
};

var TIMEOUT_MILLISECONDS2 = 3e4;
var UNLOCK_SECONDS = 9999999;
var NO_HEIGHT = 2 ** 30;
var IguanaRpc = class {
  constructor(port, refusal = () => void 0) {
    this.port = port;
    this.refusal = refusal;
    this.queue = Promise.resolve();
  }
  /** The addresses of the notaries that Iguana knows. The list is empty right after Iguana has started. */
  async knownNotaries() {
    const answer = await this.question({ agent: "dpow", method: "ipaddrs" });
    if (!Array.isArray(answer)) throw new IguanaRefusal("dpow/ipaddrs answers no list");
    return answer;
  }
  /** Answers with the address that Iguana has. That is the first one that it was told since its start. */
  async setAddress(ipaddr) {
    return this.result({ agent: "SuperNET", method: "myipaddr", ipaddr });
  }
  async addNotary(ipaddr) {
    await this.result({ agent: "iguana", method: "addnotary", ipaddr });
  }
  /** Answers whether the coin is new to Iguana. */
  async addCoin(coin, { rpcUser, rpcPassword }) {
    const answer = await this.result({
      ...coin.addcoin,
      agent: "iguana",
      method: "addcoin",
      newcoin: coin.symbol,
      userpass: `${rpcUser}:${rpcPassword}`
    });
    return answer !== "coin already there";
  }
  /** Answers with the public key of the passphrase, where Iguana tells it. */
  async unlock(passphrase) {
    const answer = await this.command({ method: "walletpassphrase", params: [passphrase, UNLOCK_SECONDS] });
    return isObject(answer) ? answer["btcpubkey"] : void 0;
  }
  /** Answers whether the notarisation is new to Iguana. */
  async startDpow({ symbol, dest, pubkey, freq }) {
    try {
      await this.command({ agent: "iguana", method: "dpow", symbol, dest, pubkey, freq });
      return true;
    } catch (failure) {
      if (failure instanceof IguanaRefusal && failure.message.includes("same coin again")) return false;
      throw failure;
    }
  }
  /**
   * The height of a coin's chain as Iguana sees it; undefined where Iguana does not know the coin, null where it does
   * not reach the chain.
   */
  async height(symbol) {
    try {
      const answer = await this.question({ agent: "dpow", method: "notarizations", symbol });
      const height = isObject(answer) ? answer["maxheight"] : void 0;
      return typeof height === "number" && height !== NO_HEIGHT ? height : null;
    } catch (failure) {
      if (failure instanceof IguanaRefusal && failure.message.includes("cant find coin")) return void 0;
      throw failure;
    }
  }
  async result(request4) {
    const answer = await this.command(request4);
    return isObject(answer) ? answer["result"] : void 0;
  }
  question(request4) {
    return this.call(request4, () => void 0);
  }
  command(request4) {
    return this.call(request4, this.refusal);
  }
  call(request4, refusal) {
    const turn = this.queue.then(async () => {
      const refused = refusal();
      if (refused !== void 0) throw new NotYet("waiting-for-iguana", refused);
      const answer = await exchange(this.port, request4, TIMEOUT_MILLISECONDS2);
      const error = isObject(answer) ? answer["error"] : void 0;
      if (error !== void 0 && error !== null) throw new IguanaRefusal(`Iguana: ${textOf(error)}`);
      return answer;
    });
    this.queue = turn.catch(() => void 0);
    return turn;
  }
};
function textOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

var import_node_fs6 = require("node:fs");
var OUTDATED = "it was made for another plan than this agent's, and it keeps what it was told; the `pulumi up` that is under way replaces it, or else the next one";
var ToldCheck = class {
  constructor(rpcPort, digest, path) {
    this.rpcPort = rpcPort;
    this.digest = digest;
    this.path = path;
  }
  /** Why Iguana may be told nothing; undefined where it may, and where it does not run. */
  refusal() {
    const listener = listenerOn(this.rpcPort);
    if (listener === void 0) return void 0;
    const [pid] = processesOf(listener);
    if (pid === void 0) return `the agent cannot find out what it was told: ${obstacleOf(listener)}`;
    try {
      return (0, import_node_fs6.readFileSync)(`/proc/${pid}/root${this.path}`, "utf8") === this.digest ? void 0 : OUTDATED;
    } catch {
      return OUTDATED;
    }
  }
};

var import_node_crypto = require("node:crypto");
function toldDigest({ publicKey, iguana, coins }, secrets) {
  const told = [
    publicKey,
    iguana.ipAddress,
    [...iguana.notaries].sort(),
    coins.map(({ symbol, addcoin, dpow }) => {
      const { rpcUser, rpcPassword } = secrets.coins[symbol] ?? {};
      return [symbol, Object.entries(addcoin).sort(), dpow?.dest, dpow?.freq, rpcUser, rpcPassword];
    }).sort(([a], [b]) => String(a) < String(b) ? -1 : 1)
  ];
  return (0, import_node_crypto.createHash)("sha256").update(JSON.stringify(told)).digest("hex");
}

var LOOKS_PER_UTXO_LOOK = 5;
function keepNotary({ plan, secrets, board, readings, poll, surroundings }) {
  const { passphrase } = secrets;
  if (passphrase === void 0) throw new Error("no passphrase for Iguana's wallet");
  const { rpcPort, toldFile } = plan.iguana;
  const bells = { iguana: new Bell(), coins: new Bell() };
  const lease = leaseKeeperOf({ plan, board, surroundings, onChange: () => bells.iguana.ring() });
  const permit = lease ?? ALWAYS;
  const told = new ToldCheck(rpcPort, toldDigest(plan, secrets), toldFile);
  const refusal = () => told.refusal();
  const rpc = new IguanaRpc(rpcPort, () => {
    return refusal() ?? (permit.use() ? void 0 : "Iguana waits for its lease");
  });
  const keeper = new IguanaKeeper({ rpc, plan, passphrase, board, bells, permit, refusal });
  const dpows = /* @__PURE__ */ new Map();
  const keepIguana = repeat(bells.iguana, poll, async () => {
    const ok = await keeper.round();
    return { ok, soon: ok && !keeper.facts.ready };
  });
  const coins = plan.coins.map((coin) => {
    const { symbol } = coin;
    const { key, own } = keyKeeperOf(coin, secrets, board);
    const dpow = new DpowKeeper({
      coin,
      secrets: own,
      plan,
      board,
      key,
      iguana: { rpc, keeper },
      destination: () => coin.dpow === void 0 ? void 0 : dpows.get(coin.dpow.dest)?.facts,
      coinsBell: bells.coins,
      utxoMilliseconds: LOOKS_PER_UTXO_LOOK * poll
    });
    dpows.set(symbol, dpow);
    readings.followKey(symbol, () => key.hasKey);
    return new CoinKeeper({ symbol, board, keeper: key, dpow });
  });
  readings.followIguana(() => {
    const { ready, life } = keeper.facts;
    const told2 = ready ? [...dpows.values()].map(({ facts }) => facts) : [];
    return {
      chains: told2.filter(({ addedIn }) => addedIn === life).length,
      notarised: told2.filter(({ dpowIn }) => dpowIn === life).length,
      remainingSeconds: lease?.remainingSeconds
    };
  });
  const keepCoins = coins.map((coin) => repeat(bells.coins, poll, async () => ({ ok: await coin.round() })));
  return {
    kept: Promise.all([lease?.keep(), keepIguana, ...keepCoins]),
    leave: async () => {
      if (endsWithIguana(plan)) await lease?.leave();
    }
  };
}
function endsWithIguana({ iguana: { lease } }) {
  return lease !== void 0 && "object" in lease;
}

var RECENT_BLOCKS = 1440;
var NO_TXID = /^0*$/;
function chainPart(answer) {
  const { chain, blocks, headers, verificationprogress, size_on_disk, warnings } = fields(answer);
  return {
    network: text(chain),
    height: count(blocks),
    headers: count(headers),
    verificationProgress: number(verificationprogress),
    sizeOnDisk: count(size_on_disk),
    warning: warningText(warnings)
  };
}
function tipHash(answer) {
  return text(fields(answer)["bestblockhash"]);
}
function blockTime(answer) {
  const time = number(fields(answer)["time"]);
  return time === void 0 || time <= 0 || time > 4294967295 ? void 0 : new Date(time * 1e3).toISOString();
}
function networkPart(answer) {
  const { subversion, warnings } = fields(answer);
  return { version: text(subversion), warning: warningText(warnings) };
}
function infoPart(answer) {
  const { longestchain, notarized, notarizedtxid, errors } = fields(answer);
  const height = count(notarized);
  const txid = text(notarizedtxid);
  const known = txid === void 0 || NO_TXID.test(txid) ? {} : { txid };
  return {
    longest: count(longestchain),
    lastNotarisation: height === void 0 || height === 0 ? void 0 : { height, ...known },
    warning: warningText(errors)
  };
}
function peersHeight(answer) {
  const heights = list(answer).flatMap((peer) => {
    const { startingheight, synced_headers } = fields(peer);
    const own = [startingheight, synced_headers].flatMap((height) => count(height) ?? []);
    return own.length === 0 ? [] : [Math.max(...own)];
  }).sort((one, other) => other - one);
  return heights[1] ?? heights[0];
}
function forkOf(answer) {
  const tips = list(answer).map(fields);
  const active = count(tips.find(({ status }) => status === "active")?.["height"]);
  if (active === void 0) return void 0;
  const branches = tips.flatMap((tip) => {
    const [height, length, status] = [count(tip["height"]), count(tip["branchlen"]), text(tip["status"])];
    if (height === void 0 || length === void 0 || status === void 0 || status === "active")
      return [];
    const isOther = status === "invalid" || height - length < active;
    const matters = height > active || status === "invalid" && height > active - RECENT_BLOCKS;
    return isOther && matters ? [{ length, status }] : [];
  });
  return branches.sort((one, other) => other.length - one.length)[0];
}
function walletLocked(answer) {
  const until = number(fields(answer)["unlocked_until"]);
  return until === void 0 ? void 0 : until === 0;
}
function unspentPart(answer, coin, publicKey) {
  if (!Array.isArray(answer)) return void 0;
  let balance = 0;
  let outputs = 0;
  let notaryUtxos = 0;
  for (const { amount, scriptPubKey, spendable } of answer.map(fields)) {
    if (spendable === false || typeof amount !== "number") continue;
    const value = satoshi(amount);
    balance += value;
    outputs += 1;
    if (publicKey === void 0 || !("utxoSize" in coin) || scriptPubKey !== keyScript(publicKey)) continue;
    if (isNotaryUtxo({ value, script: scriptPubKey }, publicKey, coin)) notaryUtxos += 1;
  }
  return { balance: balance / 1e8, coins: outputs - notaryUtxos, notaryUtxos };
}
function fields(value) {
  return isObject(value) ? value : {};
}
function list(value) {
  return Array.isArray(value) ? value : [];
}
function number(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : void 0;
}
function count(value) {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : void 0;
}
function text(value) {
  return typeof value === "string" && value !== "" ? value : void 0;
}
function warningText(value) {
  return text(Array.isArray(value) ? value.filter((one) => typeof one === "string").join("; ") : value);
}

var ANSWER_MILLISECONDS = 8e3;
var PATIENT_MILLISECONDS = 5e4;
var Questions = class {
  constructor(rpc, restMilliseconds) {
    this.rpc = rpc;
    this.restMilliseconds = restMilliseconds;
    /** Keyed by method. */
    this.restUntil = /* @__PURE__ */ new Map();
  }
  /** All questions may be asked again, as after the daemon was away: another version may have come back. */
  wake() {
    this.restUntil.clear();
  }
  /**
   * The answer to a question that decides whether the daemon answers. Undefined where the daemon has no such method.
   * @param isPatient whether to wait for as long as it takes to find out why there is no answer
   */
  async must(method, params = [], isPatient = false) {
    if (this.rests(method)) return void 0;
    const milliseconds = isPatient ? PATIENT_MILLISECONDS : ANSWER_MILLISECONDS;
    try {
      return await this.rpc.call(method, params, { milliseconds });
    } catch (failure) {
      if (!(failure instanceof RpcError)) throw failure;
      this.rest(method, failure);
      return void 0;
    }
  }
  /**
   * The answer to a question; undefined where there is none.
   *
   * Rejects with NotYet where the daemon is no longer there. Then there is no use in further questions.
   */
  async may(method, params = [], limits = {}) {
    if (this.rests(method)) return void 0;
    try {
      return await this.rpc.call(method, params, { ...limits, milliseconds: ANSWER_MILLISECONDS });
    } catch (failure) {
      this.rest(method, failure);
      if (failure instanceof NotYet) throw failure;
      return void 0;
    }
  }
  /** Whether a question is not asked now, because it was not answered. */
  rests(method) {
    return Date.now() < (this.restUntil.get(method) ?? 0);
  }
  /** A refusal may be over soon, such as that of a daemon without a wallet. Anything else is not. */
  rest(method, failure) {
    if (failure instanceof RpcError && failure.code !== METHOD_NOT_FOUND) return;
    this.restUntil.set(method, Date.now() + this.restMilliseconds);
  }
};

var PEERS_LIMITS = { bytes: 2 ** 20 };
var TIPS_LIMITS = { bytes: 2 * 2 ** 20 };
var UNSPENT_LIMITS = { bytes: 8 * 2 ** 20 };
var SHORT_CHAIN = 2e5;
var ChainReader = class {
  constructor(args) {
    this.args = args;
    this.reading = {};
    this.due = { heavy: 0, slow: 0 };
    /** What getblockchaininfo, getnetworkinfo and getinfo warn of, in this order. The first that there is counts. */
    this.warnings = [];
    this.hasInfo = false;
    /** Whether coins were asked for since the key came into the wallet. */
    this.isKeySeen = false;
    this.questions = new Questions(args.rpc, args.pace.slow);
  }
  /** Reads what is due. It never rejects. */
  async round() {
    try {
      await this.light();
    } catch (failure) {
      this.fallSilent(failure);
      return;
    }
    try {
      this.seeKey();
      if (this.isDue("heavy")) await this.heavy();
      if (this.isDue("slow")) await this.slow();
    } catch (failure) {
      if (!(failure instanceof NotYet)) this.fallSilent(failure);
    }
  }
  async light() {
    const started = performance.now();
    const kind = this.reading.silence?.kind;
    const isHeld = kind === "silent" || kind === "down";
    const first = this.questions.rests("getconnectioncount") ? "getblockcount" : "getconnectioncount";
    const firstAnswer = count(await this.questions.must(first, [], isHeld));
    const took = Math.round(performance.now() - started);
    const latencyMilliseconds = isHeld ? this.reading.latencyMilliseconds : took;
    const peers = first === "getconnectioncount" ? firstAnswer : void 0;
    const answer = await this.questions.must("getblockchaininfo");
    const { warning, ...part } = chainPart(answer);
    const height = part.height ?? count(await this.questions.must("getblockcount"));
    if (this.reading.silence !== void 0) this.comeBack();
    this.warnings[0] = warning;
    const at = (/* @__PURE__ */ new Date()).toISOString();
    const { reading } = this;
    const heightSince = height === reading.height ? reading.heightSince : at;
    const tip = tipHash(answer);
    const isNewTip = tip !== void 0 && tip !== this.tip;
    const tipTime = isNewTip ? blockTime(await this.questions.must("getblockheader", [tip])) : reading.tipTime;
    this.tip = tip;
    this.report({
      ...reading,
      at,
      silence: void 0,
      latencyMilliseconds,
      peers,
      ...part,
      height,
      heightSince,
      tipTime
    });
  }
  /** Each answer is reported at once, because the next question may take long. */
  async heavy() {
    const { version, warning } = networkPart(await this.questions.may("getnetworkinfo"));
    this.warnings[1] = warning;
    this.report({ ...this.reading, version });
    const answer = await this.questions.may("getinfo");
    this.hasInfo = answer !== void 0;
    const info = infoPart(answer);
    this.warnings[2] = info.warning;
    this.longest = info.longest;
    this.report({ ...this.reading, lastNotarisation: info.lastNotarisation });
    this.peersHeight = peersHeight(await this.questions.may("getpeerinfo", [], PEERS_LIMITS));
    this.report(this.reading);
    const isWalletLocked = walletLocked(await this.questions.may("getwalletinfo"));
    this.report({ ...this.reading, isWalletLocked });
    await this.coins();
  }
  async coins() {
    const { coin, publicKey, turns, hasKey } = this.args;
    if (coin.address === void 0 || hasKey() !== true) return;
    this.isKeySeen = true;
    const params = [0, 9999999, [coin.address]];
    const unspent = await turns.take(
      async () => unspentPart(await this.questions.may("listunspent", params, UNSPENT_LIMITS), coin, publicKey)
    );
    const isNotarys = unspent !== void 0 && "utxoSize" in coin;
    const locked = isNotarys ? await this.questions.may("listlockunspent", [], UNSPENT_LIMITS) : void 0;
    const notaryUtxos = isNotarys ? { count: unspent.notaryUtxos, locked: Array.isArray(locked) ? locked.length : 0 } : void 0;
    this.report({ ...this.reading, balance: unspent?.balance, coins: unspent?.coins, notaryUtxos });
  }
  async slow() {
    const { height } = this.reading;
    if (height === void 0 || this.hasInfo && height > SHORT_CHAIN) return;
    const tips = () => this.questions.may("getchaintips", [], TIPS_LIMITS);
    this.report({ ...this.reading, fork: forkOf(await this.args.turns.take(tips)) });
  }
  /** A key that has come into the wallet has coins. Nobody should wait for the next minute to see them. */
  seeKey() {
    const hasKey = this.args.hasKey() === true;
    if (hasKey && !this.isKeySeen) this.due.heavy = 0;
    this.isKeySeen = hasKey;
  }
  isDue(kind) {
    const now = Date.now();
    if (now < this.due[kind]) return false;
    this.due[kind] = now + this.args.pace[kind];
    return true;
  }
  /** Another daemon may have come back, so everything is asked again. */
  comeBack() {
    this.questions.wake();
    this.due.heavy = 0;
    this.due.slow = 0;
    this.peersHeight = void 0;
    this.longest = void 0;
  }
  fallSilent(failure) {
    const since = this.reading.silence?.since ?? (/* @__PURE__ */ new Date()).toISOString();
    this.report({ ...this.reading, silence: { kind: kindOf(failure), detail: reasonOf(failure), since } });
  }
  report(reading) {
    const { height, headers } = reading;
    const known = [height, headers, this.peersHeight, this.longest].flatMap((one) => one ?? []);
    this.reading = {
      ...reading,
      bestKnown: known.length === 0 ? void 0 : Math.max(...known),
      warning: this.warnings.find((warning) => warning !== void 0)
    };
    this.args.report(this.reading);
  }
};
function kindOf(failure) {
  const kind = failure instanceof NotYet || failure instanceof Unusable ? failure.silence : void 0;
  return kind ?? "error";
}

var Turns = class {
  constructor(free) {
    this.free = free;
    this.waiting = [];
  }
  async take(work) {
    if (this.free > 0) this.free -= 1;
    else await new Promise((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === void 0) this.free += 1;
      else next();
    }
  }
};

var LOOKS = { light: 3, heavy: 20, slow: 200 };
var LONG_ANSWERS = 2;
function keepReading({
  plan,
  secrets,
  readings,
  poll
}) {
  const turns = new Turns(LONG_ANSWERS);
  const bell = new Bell();
  const pace = { light: LOOKS.light * poll, heavy: LOOKS.heavy * poll, slow: LOOKS.slow * poll };
  const rounds = plan.coins.map((coin) => {
    const { symbol } = coin;
    const reader = new ChainReader({
      coin,
      publicKey: plan.publicKey,
      rpc: new ChainRpc(coin, secretsOf(coin, secrets), "dokomodo-readings"),
      turns,
      pace,
      hasKey: () => readings.hasKey(symbol),
      report: (reading) => readings.set(symbol, reading)
    });
    return repeat(bell, pace.light, async () => {
      await reader.round();
      return { ok: true };
    });
  });
  return Promise.all(rounds);
}

var POLL_SECONDS = 3;
async function bringUp({
  plan,
  signal,
  surroundings = realSurroundings,
  ...rest
}) {
  const poll = (plan.pollSeconds ?? POLL_SECONDS) * 1e3;
  const { kept, leave } = plan.iguana === void 0 ? keepNode({ ...rest, plan, poll }) : keepNotary({ ...rest, plan, poll, surroundings });
  const read = keepReading({ ...rest, plan, poll });
  await Promise.race([kept, read, aborted(signal)]);
  await leave?.();
}
async function aborted(signal) {
  if (!signal.aborted) await (0, import_node_events.once)(signal, "abort");
}

var MOST_MERGES = 20;
function planConsolidation(coins, feeRate) {
  const useful = coins.filter(({ value }) => value > feeOf(BYTES2.input, feeRate)).sort((one, other) => one.value - other.value);
  const merges = [];
  for (let start = 0; start < useful.length && merges.length < MOST_MERGES; start += MOST_INPUTS) {
    const inputs = useful.slice(start, start + MOST_INPUTS);
    const fee = feeOf(BYTES2.rest + inputs.length * BYTES2.input + BYTES2.change, feeRate);
    const output = totalOf(inputs) - fee;
    if (inputs.length > 1 && output >= leastChange(feeRate)) merges.push({ inputs, output, fee });
  }
  return merges;
}
function mergeText({ inputs, output, fee }) {
  return `merge ${inputs.length} coins of ${coinText(totalOf(inputs))} into 1 of ${coinText(output)}, fee ${coinText(fee)}`;
}

async function split(args, wanted) {
  const { publicKey, makes } = args;
  const coin = notaryCoin(args.coin);
  const { utxos, symbol } = coin;
  const high = wanted ?? utxos?.high;
  if (high === void 0)
    throw new Error(
      `say how many notary UTXOs ${symbol} is to have (--to), because no bounds are stated for it`
    );
  const coins = new KeyCoins(args);
  const held = await coins.holdings();
  const count2 = countOf(held);
  if (makes && utxos !== void 0 && utxos.dryRun !== true && count2 < utxos.low)
    throw new Error(
      `${symbol} has ${count2} notary UTXOs, and below ${utxos.low} this agent makes them itself, up to ${utxos.high}; its status says what keeps it from that`
    );
  const feeRate = await coins.feeRate();
  const facts = { count: count2, unconfirmed: held.unconfirmed, low: high, high, size: coin.utxoSize };
  const plan = planSplit({ ...facts, coins: held.coins, feeRate });
  const has = `${symbol} has ${count2} notary UTXOs (${held.locked} locked, ${held.unconfirmed} in no block yet).`;
  switch (plan.kind) {
    case "enough":
      return { symbol, text: [has, `It needs no more for ${high}.`], transactions: [] };
    case "waiting":
      return { symbol, text: [has, "A split waits until they are in a block."], transactions: [] };
    case "short":
      return { symbol, text: [has, missingText(plan.missing, high, coin)], transactions: [] };
    case "split": {
      const txid = makes ? await sendSplit(coins, plan.split, { coin, publicKey }) : void 0;
      const rest = count2 + plan.split.outputs;
      const text2 = [
        has,
        doneText(splitText(plan.split, coin.utxoSize), txid),
        ...plan.missing > 0 ? [missingText(plan.missing, high, coin)] : [],
        ...plan.missing === 0 && rest < high ? [`That makes ${rest} of ${high}. Do it again when it is in a block.`] : []
      ];
      return { symbol, text: text2, transactions: [splitTransaction(plan.split, txid)] };
    }
  }
}
async function consolidate(args, isAll) {
  const { coin, plan, makes } = args;
  const { symbol } = coin;
  if (isAll) refuseInUse(coin, plan);
  const coins = new KeyCoins(args);
  const held = await coins.holdings();
  const chosen = isAll ? [...held.coins, ...held.notaryUtxos] : held.coins;
  const merges = planConsolidation(chosen, await coins.feeRate());
  const kept = "utxoSize" in coin && !isAll ? ` and ${countOf(held)} notary UTXOs, which are kept` : "";
  const has = `${symbol} has ${chosen.length} coins of ${coinText(totalOf(chosen))} to merge${kept}.`;
  if (merges.length === 0)
    return { symbol, text: [has, "There are not two coins that are worth merging."], transactions: [] };
  const text2 = [has];
  const transactions = [];
  for (const merge of merges) {
    const { inputs, output } = merge;
    try {
      const txid = makes ? await coins.send(inputs, (script) => [{ value: output, script }]) : void 0;
      text2.push(doneText(mergeText(merge), txid));
      transactions.push(mergeTransaction(merge, txid));
    } catch (failure) {
      if (transactions.length === 0) throw failure;
      const why = failure instanceof Error ? failure.message : String(failure);
      text2.push(`The other ${merges.length - transactions.length} transactions were not made: ${why}`);
      break;
    }
  }
  const merged = merges.reduce((sum, { inputs }) => sum + inputs.length, 0);
  if (merges.length > 1 || merged < chosen.length)
    text2.push("Do it again when this is in a block, if more than one coin is left then.");
  return { symbol, text: text2, transactions };
}
function refuseInUse(coin, { iguana, coins }) {
  if (iguana === void 0 || !("utxoSize" in coin)) return;
  const { symbol } = coin;
  const users = coins.filter(
    (each) => "dpow" in each && each.dpow !== void 0 && (each.symbol === symbol || each.dpow.dest === symbol)
  );
  if (users.length > 0)
    throw new Error(
      `Iguana spends the notary UTXOs of ${symbol}, because it notarises ${users.map((each) => each.symbol).join(", ")}. To merge them, let it notarise that no longer (\`dest: { SYMBOL: none }\` in dokomodo:notaries) and run \`pulumi up\`; without --all only other coins are merged`
    );
  if (coin.utxos !== void 0 && coin.utxos.dryRun !== true)
    throw new Error(
      `this agent would make the notary UTXOs of ${symbol} again; write \`utxos: { ${symbol}: none }\` in dokomodo:notaries and run \`pulumi up\` first`
    );
}
function notaryCoin(coin) {
  if ("utxoSize" in coin) return coin;
  throw new Error(`this node has no Iguana, so nobody needs notary UTXOs on ${coin.symbol}`);
}
function doneText(text2, txid) {
  return txid === void 0 ? `It would ${text2}.` : `${text2}: ${txid}`;
}
function missingText(missing, high, { address }) {
  return `There are too few other coins for ${high}: send ${coinText(missing)} or more to ${address}.`;
}
function splitTransaction({ inputs, outputs, change, fee }, txid) {
  const all = outputs + (change > 0 ? 1 : 0);
  return { inputs: inputs.length, value: totalOf(inputs) / 1e8, outputs: all, fee: fee / 1e8, txid };
}
function mergeTransaction({ inputs, fee }, txid) {
  return { inputs: inputs.length, value: totalOf(inputs) / 1e8, outputs: 1, fee: fee / 1e8, txid };
}

var ReadingsBoard = class {
  constructor(plan, board) {
    this.plan = plan;
    this.board = board;
    /** Keyed by symbol. */
    this.chains = /* @__PURE__ */ new Map();
    this.keys = /* @__PURE__ */ new Map();
    this.figures = () => ({ chains: 0, notarised: 0 });
  }
  /** @param hasKey whether the key is in the wallet; undefined while that is not known */
  followKey(symbol, hasKey) {
    this.keys.set(symbol, hasKey);
  }
  followIguana(figures) {
    this.figures = figures;
  }
  hasKey(symbol) {
    return this.keys.get(symbol)?.();
  }
  set(symbol, reading) {
    this.chains.set(symbol, this.board.cleaned(reading));
  }
  answer() {
    const status = this.board.status();
    const { publicKey, certificates, warnings } = status;
    const chains = Object.fromEntries(this.plan.coins.map((coin) => [coin.symbol, this.chain(coin.symbol)]));
    return {
      at: (/* @__PURE__ */ new Date()).toISOString(),
      publicKey,
      chains,
      iguana: this.iguana(status),
      certificates,
      warnings
    };
  }
  chain(symbol) {
    const reading = this.chains.get(symbol) ?? {};
    const { utxos, address } = this.board.coin(symbol);
    const notaryUtxos = utxos === void 0 ? reading.notaryUtxos : notaryUtxosOf(utxos);
    const hasKey = this.hasKey(symbol);
    return { ...reading, address, hasKey, notaryUtxos, notarisedTo: this.notarisedTo(symbol) };
  }
  notarisedTo(symbol) {
    if (this.plan.iguana === void 0) return void 0;
    return this.plan.coins.find((coin) => coin.symbol === symbol)?.dpow?.dest;
  }
  iguana({ iguana, lease, coins }) {
    if (iguana === void 0 || lease === void 0) return void 0;
    const { remainingSeconds, ...figures } = this.figures();
    const heights = Object.entries(coins).flatMap(
      ([symbol, { iguanaHeight }]) => typeof iguanaHeight === "number" ? [[symbol, iguanaHeight]] : []
    );
    return {
      ...iguana,
      lease: { ...lease, remainingSeconds },
      ...figures,
      heights: Object.fromEntries(heights)
    };
  }
};
function notaryUtxosOf({ count: count2, locked, low, high, next, lastSplit }) {
  return { count: count2 - locked, locked, low, high, next, lastSplit };
}

var PUBLIC_KEY = { pattern: /^0[23][0-9a-f]{64}$/, what: "66 hex digits" };
var ABSOLUTE_PATH = { pattern: /^\//, what: "an absolute path" };
var ONE_LINE = { pattern: new RegExp("^\\P{Cc}{1,300}$", "u"), what: "text of one line" };
var HOST_NAME = { pattern: new RegExp("^\\P{Cc}+$", "u"), what: "a host's name" };
var NAMESPACE = {
  pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  what: "a namespace's name: at most 63 of a-z, 0-9 and -"
};
var OBJECT_NAME = {
  pattern: /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
  what: "an object's name: at most 253 of a-z, 0-9, - and ."
};
var DESTINATION = { pattern: /^./, what: "a symbol" };
var ADDRESS = { pattern: /^[A-Za-z0-9]+$/, what: "an address" };
var PASSPHRASE = { pattern: /^./s, what: "text" };
var WIF = { pattern: /^[1-9A-HJ-NP-Za-km-z]+$/, what: "a WIF" };
function readPlan(directory2) {
  const path = `${directory2}/plan.json`;
  const plan = readJson(path);
  const problems = new Problems(path);
  const { listenPort, publicKey, pollSeconds, certificates, iguana } = plan;
  const coins = problems.list(plan["coins"], "coins").map((coin) => isObject(coin) ? coin : {});
  const common = {
    listenPort: problems.port(listenPort, "listenPort"),
    pollSeconds: pollSeconds === void 0 ? void 0 : problems.positive(pollSeconds, "pollSeconds"),
    certificates: certificates === void 0 ? void 0 : readTimes(certificates, problems)
  };
  const key = () => problems.text(publicKey, "publicKey", PUBLIC_KEY);
  const result = iguana === void 0 ? {
    ...common,
    publicKey: publicKey === void 0 ? void 0 : key(),
    coins: coins.map((coin, i) => readCoin(coin, `coins[${i}]`, publicKey !== void 0, problems))
  } : {
    ...common,
    publicKey: key(),
    iguana: readIguana(iguana, problems),
    coins: coins.map((coin, i) => readNotaryCoin(coin, `coins[${i}]`, problems))
  };
  const symbols = result.coins.map((coin) => coin.symbol);
  const twice = symbols.find((symbol, i) => symbols.indexOf(symbol) !== i);
  if (twice !== void 0) problems.add("coins", `names ${twice} twice`);
  problems.end();
  return result;
}
function readSecrets(directory2, plan) {
  const path = `${directory2}/secrets.json`;
  const secrets = readJson(path);
  const problems = new Problems(path);
  const passphrase = plan.iguana === void 0 ? void 0 : readPassphrase(secrets["passphrase"], problems);
  const given = isObject(secrets["coins"]) ? secrets["coins"] : {};
  const coins = Object.fromEntries(
    plan.coins.map(({ symbol }) => [
      symbol,
      readCoinSecrets(given[symbol], `coins.${symbol}`, plan.publicKey !== void 0, problems)
    ])
  );
  problems.end();
  return { passphrase, coins };
}
function readPassphrase(value, problems) {
  const passphrase = problems.text(value, "passphrase", PASSPHRASE);
  if (Buffer.byteLength(passphrase) > 1e3) problems.add("passphrase", "must be at most 1000 bytes long");
  return passphrase;
}
function readIguana(value, problems) {
  const { rpcPort, ipAddress, notaries, toldFile, lease } = isObject(value) ? value : {};
  return {
    rpcPort: problems.port(rpcPort, "iguana.rpcPort"),
    ipAddress: problems.ipv4(ipAddress, "iguana.ipAddress"),
    notaries: problems.list(notaries, "iguana.notaries").map((ip, i) => problems.ipv4(ip, `iguana.notaries[${i}]`)),
    toldFile: problems.text(toldFile, "iguana.toldFile", ABSOLUTE_PATH),
    lease: lease === void 0 ? void 0 : readLease(lease, problems)
  };
}
function readLease(value, problems) {
  const lease = isObject(value) ? value : {};
  if ("object" in lease && "witnesses" in lease)
    problems.add("iguana.lease", "must have either witnesses or an object, not both");
  const by = "object" in lease ? readLeaseObject(lease["object"], problems) : readWitnesses(lease, problems);
  const holder = problems.text(lease["holder"], "iguana.lease.holder", ONE_LINE);
  return { holder, ...by };
}
function readTimes(value, problems) {
  const times = Object.entries(isObject(value) ? value : {}).map(([name, time]) => {
    const isTime = typeof time === "string" && !Number.isNaN(Date.parse(time));
    if (!isTime) problems.add(`certificates.${name}`, "must be a time such as 2030-01-31T12:00:00Z");
    return [name, String(time)];
  });
  return Object.fromEntries(times);
}
function readWitnesses(lease, problems) {
  const witnesses = problems.list(lease["witnesses"], "iguana.lease.witnesses").map((witness, i) => {
    const at = `iguana.lease.witnesses[${i}]`;
    const { name, port } = isObject(witness) ? witness : {};
    return {
      name: problems.text(name, `${at}.name`, HOST_NAME),
      port: problems.port(port, `${at}.port`)
    };
  });
  const ports = witnesses.map(({ port }) => port);
  if (new Set(ports).size < ports.length) problems.add("iguana.lease.witnesses", "must have different ports");
  if (witnesses.length === 0) problems.add("iguana.lease.witnesses", "must be at least one");
  return { witnesses };
}
function readLeaseObject(value, problems) {
  const { namespace, name } = isObject(value) ? value : {};
  return {
    object: {
      namespace: problems.text(namespace, "iguana.lease.object.namespace", NAMESPACE),
      name: problems.text(name, "iguana.lease.object.name", OBJECT_NAME)
    }
  };
}
function readCoin(coin, at, hasKey, problems) {
  return {
    symbol: problems.text(coin["symbol"], `${at}.symbol`, SYMBOL),
    rpcPort: problems.port(coin["rpcPort"], `${at}.rpcPort`),
    address: hasKey ? problems.text(coin["address"], `${at}.address`, ADDRESS) : void 0,
    importsKey: coin["importsKey"] === false ? false : void 0
  };
}
function readNotaryCoin(coin, at, problems) {
  const addcoin = isObject(coin["addcoin"]) ? coin["addcoin"] : {};
  const fields2 = {};
  for (const [key, field] of Object.entries(addcoin)) {
    if (typeof field === "string" || typeof field === "number") fields2[key] = field;
    else problems.add(`${at}.addcoin.${key}`, "must be text or a number");
  }
  if (Object.keys(addcoin).length === 0) problems.add(`${at}.addcoin`, "must be Iguana's addcoin request");
  if ("userpass" in fields2)
    problems.add(`${at}.addcoin`, "must hold no userpass, credentials are in secrets.json");
  return {
    ...readCoin(coin, at, false, problems),
    address: problems.text(coin["address"], `${at}.address`, ADDRESS),
    addcoin: fields2,
    dpow: coin["dpow"] === void 0 ? void 0 : readDpow(coin["dpow"], `${at}.dpow`, problems),
    utxoSize: problems.count(coin["utxoSize"], `${at}.utxoSize`),
    utxos: coin["utxos"] === void 0 ? void 0 : readUtxos(coin["utxos"], `${at}.utxos`, problems)
  };
}
function readUtxos(value, at, problems) {
  const bounds = isObject(value) ? value : {};
  const low = problems.count(bounds["low"], `${at}.low`);
  const high = problems.count(bounds["high"], `${at}.high`);
  if (low > high) problems.add(`${at}.high`, "must not be less than low");
  return { low, high, dryRun: bounds["dryRun"] === true ? true : void 0 };
}
function readDpow(value, at, problems) {
  const { dest, freq } = isObject(value) ? value : {};
  if (typeof freq !== "number") problems.add(`${at}.freq`, "must be a number");
  return { dest: problems.text(dest, `${at}.dest`, DESTINATION), freq: Number(freq) };
}
function readCoinSecrets(value, at, hasKey, problems) {
  const { rpcUser, rpcPassword, wif } = isObject(value) ? value : {};
  return {
    rpcUser: problems.text(rpcUser, `${at}.rpcUser`, RPC_USER),
    rpcPassword: problems.text(rpcPassword, `${at}.rpcPassword`, RPC_PASSWORD),
    wif: hasKey ? problems.text(wif, `${at}.wif`, WIF) : void 0
  };
}

function levelOf(value, { side, doubtful, bad }) {
  const reaches = (bound) => bound !== void 0 && (side === "high" ? value >= bound : value <= bound);
  if (reaches(bad)) return "bad";
  return reaches(doubtful) ? "doubtful" : "good";
}
function judged(of, value, threshold, text2) {
  if (value === void 0 || Number.isNaN(value)) return [];
  const level = levelOf(value, threshold);
  return level === "good" ? [] : [{ of, level, text: text2(value) }];
}

var GIB = 2 ** 30;
var THRESHOLDS = {
  lag: {
    side: "high",
    unit: "blocks",
    doubtful: 3,
    bad: 20,
    why: "a block or two may be on their way; with 20 the daemon does not follow its peers"
  },
  standstill: {
    side: "high",
    unit: "s",
    doubtful: 120,
    bad: 600,
    why: "a daemon that lags and has had no new block for 10 minutes does not catch up by itself"
  },
  tipAge: {
    side: "high",
    unit: "s",
    doubtful: 4 * 3600,
    why: "chains of proof of work have gaps of hours; a chain on which nobody mines is not the daemon's fault"
  },
  peers: {
    side: "low",
    unit: "peers",
    doubtful: 2,
    bad: 0,
    why: "without peers there are no new blocks, and one or two peers decide alone what the daemon sees"
  },
  latency: {
    side: "high",
    unit: "ms",
    doubtful: 2e3,
    bad: 5e3,
    why: "the daemon has four threads for calls; Iguana and the agent wait for them in line"
  },
  fork: {
    side: "high",
    unit: "blocks",
    doubtful: 2,
    bad: 6,
    why: "branches of one block are usual; the daemon may be on the wrong side of a branch of six"
  },
  balance: {
    side: "low",
    unit: "coins",
    doubtful: 0.1,
    bad: 2e-3,
    why: "what is left pays for the next notary UTXOs of 0.0001 coins; 0.002 is 20 of them"
  },
  notaryUtxos: {
    side: "low",
    unit: "UTXOs",
    doubtful: 9,
    bad: 0,
    why: "each round takes one, and it comes back after the round's end; the config's low bound takes the place of 9"
  },
  notarisationAge: {
    side: "high",
    unit: "blocks",
    doubtful: 150,
    bad: 1440,
    why: "dPoW calls a chain irregular after 2.5 hours and inactive after a day, with a block a minute"
  },
  iguanaLag: {
    side: "high",
    unit: "blocks",
    doubtful: 3,
    bad: 20,
    why: "Iguana sees a block within seconds; it does not notarise what it does not see"
  },
  lease: {
    side: "low",
    unit: "s",
    doubtful: 12,
    bad: 5,
    why: "it is renewed every 5 s for 20 s, so with 12 s two renewals have failed; at 0 s Iguana is ended"
  },
  certificate: {
    side: "low",
    unit: "days",
    doubtful: 59,
    bad: 13,
    why: "an `up` renews it a year before its end, so somebody has not run one for long"
  },
  diskFreeBytes: {
    side: "low",
    unit: "bytes",
    doubtful: 20 * GIB,
    bad: 5 * GIB,
    why: "a chain's database cannot be repaired if it ran out of room while it wrote"
  },
  diskFreeShare: {
    side: "low",
    unit: "share",
    doubtful: 0.1,
    bad: 0.03,
    why: "a nearly full file system becomes slow; it is not judged if 100 GiB are free"
  },
  memoryPlaced: {
    side: "high",
    unit: "share",
    doubtful: 0.9,
    bad: 1,
    why: "the machine itself needs a tenth; with more the kernel kills a daemon once all use what they may"
  },
  memoryFreeShare: {
    side: "low",
    unit: "share",
    doubtful: 0.1,
    bad: 0.03,
    why: "the kernel takes the daemons' cached files first, and kills a daemon then"
  },
  clock: {
    side: "high",
    unit: "s",
    doubtful: 5,
    bad: 60,
    why: "daemons refuse blocks from the future, and a look over ssh is wrong by a second or two"
  },
  load: {
    side: "high",
    unit: "times",
    doubtful: 2,
    bad: 8,
    why: "processes that want to run, for each core; a host that checks many blocks has more than one"
  },
  restarts: {
    side: "high",
    unit: "times",
    doubtful: 1,
    bad: 3,
    why: "they count while the container has run for less than an hour; later it has recovered"
  }
};
var AMPLE_BYTES = 100 * GIB;

function counted(count2, one, many = `${one}s`) {
  return `${count2} ${count2 === 1 ? one : many}`;
}

function certificateFindings(days, thresholds = THRESHOLDS) {
  return Object.entries(days).flatMap(
    ([name, left]) => judged("certificate", left, thresholds.certificate, () => {
      const ends = left < 0 ? "has ended, so its links do not work" : `ends in ${counted(left, "day")}`;
      return `the certificate of ${name} ${ends}; \`pulumi up\` renews it`;
    })
  );
}

var DAY = 24 * 60 * 60 * 1e3;
function daysLeft(ends, now) {
  return Object.fromEntries(
    Object.entries(ends).map(([name, end]) => [name, Math.floor((Date.parse(end) - now) / DAY)])
  );
}
function certificateWarnings(days) {
  return certificateFindings(days).map(({ text: text2 }) => text2);
}

var CONTENT = /* @__PURE__ */ new Set(["ready", "held", "none-asked"]);
var DETAIL_LENGTH = 300;
var LEASE_WORDS = {
  waiting: "waiting",
  held: "held",
  lost: "LOST",
  leaving: "will be given back when Iguana has ended"
};
var StatusBoard = class {
  constructor(plan, redact, write) {
    this.plan = plan;
    this.redact = redact;
    this.write = write;
    this.coins = /* @__PURE__ */ new Map();
    /** Keyed by symbol. */
    this.utxoWarnings = /* @__PURE__ */ new Map();
    this.lastLines = /* @__PURE__ */ new Map();
    const { coins, iguana } = plan;
    const atIguana = iguana === void 0 ? {} : { iguanaHeight: null };
    for (const { symbol, address } of coins)
      this.coins.set(symbol, { state: "waiting-for-chain", chainHeight: null, ...atIguana, address });
    if (iguana === void 0) return;
    this.lease = { state: iguana.lease === void 0 ? "none-asked" : "waiting" };
    this.iguana = { state: "waiting-for-rpc", since: (/* @__PURE__ */ new Date()).toISOString() };
  }
  setLease(state, reason) {
    const detail = this.clean(reason);
    this.lease = { state, detail };
    const line = `${LEASE_WORDS[state]}${detail === void 0 ? "" : ` (${detail})`}`;
    if (withoutSeconds(line) === withoutSeconds(this.lastLines.get("Lease") ?? "")) return;
    this.logChange("Lease", line);
  }
  setIguana(state, reason) {
    const before = this.iguana;
    const isSame = state === before?.state;
    const since = isSame ? before.since : (/* @__PURE__ */ new Date()).toISOString();
    const detail = this.clean(reason);
    this.iguana = { state, since, detail };
    if (state === "waiting-for-rpc") this.logChange("Iguana", `waits for its RPC (${detail})`);
    if (state === "ready" && !isSame) this.logChange("Iguana", "ready");
    if (state === "outdated") this.logChange("Iguana", `is told nothing: ${detail}`);
    if (state === "error") this.logChange("Iguana", `ERROR: ${detail}`);
  }
  setCoin(symbol, state, reason) {
    const detail = this.clean(reason);
    this.coins.set(symbol, { ...this.coin(symbol), state, detail });
    const line = this.lineOf(symbol, state, detail);
    if (line !== void 0) this.logChange(symbol, line);
  }
  /** While the chain is away (null), it is not known either what Iguana sees of it. */
  setChainHeight(symbol, chainHeight) {
    this.coins.set(symbol, { ...this.coin(symbol), chainHeight });
    if (chainHeight === null && this.iguana !== void 0) this.setIguanaHeight(symbol, null);
  }
  setIguanaHeight(symbol, iguanaHeight) {
    this.coins.set(symbol, { ...this.coin(symbol), iguanaHeight });
  }
  /** `utxos` is undefined where they could not be looked at. Then the last ones are still shown. */
  setUtxos(symbol, utxos, warning) {
    const before = this.coin(symbol);
    this.coins.set(symbol, { ...before, utxos: utxos ?? before.utxos });
    const clean = this.clean(warning);
    if (clean !== void 0 && this.utxoWarnings.get(symbol) !== clean)
      this.write(`WARNING: ${symbol}: ${clean}`);
    if (clean === void 0) this.utxoWarnings.delete(symbol);
    else this.utxoWarnings.set(symbol, clean);
    if (utxos?.dryRun === true && utxos.next !== before.utxos?.next) this.event(symbol, utxos.next);
  }
  coin(symbol) {
    const coin = this.coins.get(symbol);
    if (coin === void 0) throw new Error(`${symbol} is not in the plan`);
    return coin;
  }
  /** Something that happened once, such as `key imported`. */
  event(subject, text2) {
    this.lastLines.delete(subject);
    this.write(`${subject}: ${this.clean(text2)}`);
  }
  status() {
    const { lease, iguana, plan } = this;
    const certificates = daysLeft(plan.certificates ?? {}, Date.now());
    const utxoWarnings = [...this.utxoWarnings].map(([symbol, text2]) => `${symbol}: ${text2}`);
    const warnings = [...certificateWarnings(certificates), ...utxoWarnings];
    const coins = Object.fromEntries(this.coins);
    return { publicKey: plan.publicKey, lease, iguana, coins, certificates, warnings };
  }
  /** One line for each thing that is not ready; empty where all is well. */
  complaints() {
    const lines = [];
    for (const [subject, it] of [["Lease", this.lease], ["Iguana", this.iguana], ...this.coins]) {
      if (it === void 0 || CONTENT.has(it.state)) continue;
      lines.push(`${subject}: ${it.state}${it.detail === void 0 ? "" : ` (${it.detail})`}`);
    }
    return lines;
  }
  /**
   * The log line of a coin's state; undefined where there is none. Events say what the agent does for a coin, and while
   * Iguana is away, Iguana's own line says so for all coins.
   */
  lineOf(symbol, state, detail) {
    switch (state) {
      case "waiting-for-chain":
        return `waits for its chain (${detail})`;
      case "loading":
        return "its chain is loading";
      case "waiting-for-dest":
        return `waits for ${detail}, to which it is notarised`;
      case "ready":
        return this.isRepeated(symbol, "ready") ? void 0 : `ready at height ${this.coin(symbol).chainHeight}`;
      case "error":
        return `ERROR: ${detail}`;
      default:
        return void 0;
    }
  }
  logChange(subject, line) {
    if (this.isRepeated(subject, line)) return;
    this.lastLines.set(subject, line);
    this.write(`${subject}: ${line}`);
  }
  /** Whether the line was the last one. `ready` counts as the same at every height. */
  isRepeated(subject, line) {
    const last = this.lastLines.get(subject);
    return last === line || line === "ready" && last?.startsWith("ready ") === true;
  }
  cleaned(value) {
    if (typeof value === "string") return this.clean(value);
    if (Array.isArray(value)) return value.map((one) => this.cleaned(one));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, this.cleaned(own)]));
  }
  clean(text2) {
    if (text2 === void 0) return void 0;
    return this.redact(text2).replaceAll(/\s+/g, " ").slice(0, DETAIL_LENGTH);
  }
};
function withoutSeconds(text2) {
  return text2.replaceAll(/\b\d+ s\b/g, "");
}

var import_node_http3 = require("node:http");
var ASK_MILLISECONDS = 5e3;
function serve(port, board, readings) {
  const server = (0, import_node_http3.createServer)((request4, response) => {
    const answer = (status, type, text2) => {
      response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text2) });
      response.end(request4.method === "HEAD" ? void 0 : text2);
    };
    const complaints = board.complaints();
    if (request4.url === "/status")
      answer(200, "application/json", `${JSON.stringify(board.status(), null, 2)}
`);
    else if (request4.url === "/readings")
      answer(200, "application/json", `${JSON.stringify(readings.answer(), null, 2)}
`);
    else if (request4.url !== "/healthz")
      answer(404, "text/plain", "only /healthz, /status and /readings are here\n");
    else if (complaints.length > 0) answer(503, "text/plain", `${complaints.join("\n")}
`);
    else answer(200, "text/plain", "ok\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
function ask(port, path) {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ASK_MILLISECONDS);
    (0, import_node_http3.get)({ host: "127.0.0.1", port, path, agent: false, signal }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on(
        "end",
        () => resolve({ ok: response.statusCode === 200, text: Buffer.concat(chunks).toString("utf8") })
      );
    }).on("error", reject);
  });
}

var WRONG_CONFIGURATION = 78;
var WRONG_USAGE = 64;
var directory = `${RUN_DIRECTORY}/agent`;
async function run() {
  const plan = readPlan(directory);
  const secrets = readSecrets(directory, plan);
  const redact = redactor(secrets);
  try {
    const board = new StatusBoard(plan, redact, log);
    const readings = new ReadingsBoard(plan, board);
    const end = new AbortController();
    for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => end.abort());
    await serve(plan.listenPort, board, readings);
    log(`agent: keeps ${plan.coins.length} coins, serves 127.0.0.1:${plan.listenPort}`);
    for (const warning of board.status().warnings) log(`WARNING: ${warning}`);
    await bringUp({ plan, secrets, board, readings, signal: end.signal });
    process.exit(0);
  } catch (failure) {
    fail(1, redact(failure instanceof Error ? failure.message : String(failure)));
  }
}
async function askRunning(path) {
  const { listenPort } = readPlan(directory);
  try {
    const { ok, text: text2 } = await ask(listenPort, path);
    process.stdout.write(text2);
    process.exitCode = ok ? 0 : 1;
  } catch (failure) {
    const why = failure instanceof Error ? connectionFailure(failure) : String(failure);
    fail(1, `no agent answers on 127.0.0.1:${listenPort} (${why})`);
  }
}
function log(line) {
  process.stdout.write(`${(/* @__PURE__ */ new Date()).toISOString()} ${line}
`);
}
function fail(code, message) {
  process.stderr.write(`agent: ${message}
`);
  process.exit(code);
}
async function withKeyedCoin(command, symbol, use) {
  const plan = readPlan(directory);
  const secrets = readSecrets(directory, plan);
  const { publicKey } = plan;
  const coin = plan.coins.find((one) => one.symbol === symbol);
  const credentials = secrets.coins[coin?.symbol ?? ""];
  if (publicKey === void 0) fail(1, `this node has no key, so there is nothing to do for ${command}`);
  if (coin?.address === void 0 || credentials?.wif === void 0)
    fail(WRONG_USAGE, `${command} takes a coin: ${plan.coins.map((one) => one.symbol).join(", ")}`);
  try {
    const { address } = coin;
    const rpc = new ChainRpc(coin, credentials);
    const wallet = new Wallet(rpc, address, log);
    if (!(await wallet.look()).isOurs) fail(1, `the wallet of ${coin.symbol} does not have the key`);
    await use({ plan, coin: { ...coin, address }, publicKey, wif: credentials.wif, rpc, wallet });
  } catch (failure) {
    fail(1, redactor(secrets)(failure instanceof Error ? failure.message : String(failure)));
  }
}
async function noteRescan(symbol) {
  await withKeyedCoin("rescanned", symbol, async ({ coin, wallet, wif }) => {
    await wallet.label(wif, RESCANNED);
    log(`${coin.symbol}: noted`);
  });
}
async function workOnCoins(command, [symbol, ...rest]) {
  const options = { to: { type: "string" }, all: { type: "boolean" }, make: { type: "boolean" } };
  const { to, all = false, make = false } = optionsOf(() => (0, import_node_util.parseArgs)({ args: [...rest], options }).values);
  const wanted = to === void 0 ? void 0 : Number(to);
  if (wanted !== void 0 && !(Number.isSafeInteger(wanted) && wanted > 0))
    fail(WRONG_USAGE, `--to takes a number of notary UTXOs, such as 50, and not ${to}`);
  await withKeyedCoin(command, symbol, async ({ plan, coin, publicKey, rpc }) => {
    const args = { plan, coin, publicKey, rpc, makes: make };
    const answer = command === "split" ? await split(args, wanted) : await consolidate(args, all);
    process.stdout.write(`${JSON.stringify(answer)}
`);
  });
}
function optionsOf(parse) {
  try {
    return parse();
  } catch (failure) {
    return fail(WRONG_USAGE, failure instanceof Error ? failure.message : String(failure));
  }
}
async function main([command, ...rest]) {
  try {
    if (command === void 0) await run();
    else if (command === "healthz" || command === "status" || command === "readings")
      await askRunning(`/${command}`);
    else if (command === "rescanned") await noteRescan(rest[0]);
    else if (command === "split" || command === "consolidate") await workOnCoins(command, rest);
    else
      fail(
        WRONG_USAGE,
        `unknown command ${command}; the commands are healthz, status, readings, rescanned, split and consolidate`
      );
  } catch (failure) {
    if (failure instanceof ConfigurationError) fail(WRONG_CONFIGURATION, failure.message);
    throw failure;
  }
}
void main(process.argv.slice(2));
