// Generated from runtime/agent by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated

// runtime/agent/bringUp.ts
var import_node_events = require("node:events");

// runtime/bootClock.ts
var import_node_fs = require("node:fs");
function kernelClock() {
  return {
    bootId: (0, import_node_fs.readFileSync)("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    // Not performance.now(), which stands still while the machine is suspended and others go on.
    seconds: () => Number((0, import_node_fs.readFileSync)("/proc/uptime", "utf8").split(" ", 1)[0])
  };
}

// runtime/lease/apiServer.ts
var import_promises = require("node:fs/promises");
var import_node_https = require("node:https");

// runtime/agent/runDirectory.ts
var RUN_DIRECTORY = process.env["DOKOMODO_RUN"] ?? "/run/dokomodo";

// runtime/json.ts
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

// runtime/BoundedText.ts
var BoundedText = class {
  /** @param most how many bytes it may have */
  constructor(most) {
    this.most = most;
    this.chunks = [];
    this.length = 0;
  }
  /** Whether the text is still within its bound; a piece that goes beyond is not kept. */
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

// runtime/wholeAnswer.ts
var TooLong = class extends Error {
  constructor(most) {
    super(`the answer is longer than ${most / 1024} KiB`);
    this.most = most;
  }
};
var MOST_BYTES = 64 * 1024;
function wholeAnswer(request4, body) {
  return new Promise((resolve, reject) => {
    request4.on("response", (response) => {
      const answer = new BoundedText(MOST_BYTES);
      response.on("data", (chunk) => {
        if (!answer.add(chunk)) request4.destroy(new TooLong(MOST_BYTES));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: answer.text }));
      response.on("error", reject);
    });
    request4.on("error", reject);
    request4.end(body);
  });
}

// runtime/lease/apiServer.ts
var NoAccess = class extends Error {
};
var ApiServer = class {
  constructor(env = process.env, directory2 = `${RUN_DIRECTORY}/api`) {
    this.env = env;
    this.directory = directory2;
  }
  async call(method, path, signal, body) {
    const host = this.env["KUBERNETES_SERVICE_HOST"];
    const port = this.env["KUBERNETES_SERVICE_PORT"];
    if (host === void 0 || port === void 0)
      throw new NoAccess("KUBERNETES_SERVICE_HOST and _PORT are not set, which every pod of Kubernetes has");
    const [token, ca] = await Promise.all([this.read("token"), this.read("ca.crt")]);
    const text = body === void 0 ? void 0 : JSON.stringify(body);
    const headers = {
      Authorization: `Bearer ${token.trim()}`,
      Accept: "application/json",
      ...text === void 0 ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }
    };
    const sent = (0, import_node_https.request)({ host, port, method, path, headers, ca, agent: false, signal });
    const answer = await wholeAnswer(sent, text);
    return { status: answer.status, body: parseJson(answer.text) };
  }
  async read(name) {
    const path = `${this.directory}/${name}`;
    return (0, import_promises.readFile)(path, "utf8").catch((failure) => {
      throw new NoAccess(
        `${path} cannot be read (${failure.code}); it comes with the pod's projected volume`
      );
    });
  }
};

// runtime/lease/Bell.ts
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

// runtime/lease/instance.ts
var import_node_fs2 = require("node:fs");
function instanceId({ bootId }) {
  return `${bootId}/${(0, import_node_fs2.readlinkSync)("/proc/self/ns/net")}`;
}

// runtime/lease/keeper.ts
var import_promises2 = require("node:timers/promises");

// runtime/lease/reliance.ts
var import_node_fs3 = require("node:fs");
var BYTES = 512;
var RelianceFile = class {
  constructor(path, instance) {
    this.path = path;
    this.instance = instance;
  }
  read() {
    const content = Buffer.alloc(BYTES);
    try {
      this.withFile(import_node_fs3.constants.O_RDONLY, (file) => (0, import_node_fs3.readSync)(file, content, 0, BYTES, 0));
    } catch {
      return void 0;
    }
    const kept = parseJson(content.toString("utf8").replaceAll("\0", ""));
    if (!isObject(kept) || kept["instance"] !== this.instance) return void 0;
    return typeof kept["until"] === "number" ? kept["until"] : void 0;
  }
  write(until) {
    const text = JSON.stringify({ instance: this.instance, until });
    const content = Buffer.alloc(BYTES, " ");
    if (content.write(text) < Buffer.byteLength(text)) return false;
    try {
      const flags = import_node_fs3.constants.O_WRONLY | import_node_fs3.constants.O_CREAT;
      return this.withFile(flags, (file) => (0, import_node_fs3.writeSync)(file, content, 0, BYTES, 0)) === BYTES;
    } catch {
      return false;
    }
  }
  withFile(flags, use) {
    const file = (0, import_node_fs3.openSync)(this.path, flags, 384);
    try {
      return use(file);
    } finally {
      (0, import_node_fs3.closeSync)(file);
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

// runtime/lease/rules.ts
var LEASE_TIMES = { lasts: 30, relied: 20, renewEvery: 5, answerWithin: 2 };
function majorityOf(witnesses) {
  return Math.floor(witnesses / 2) + 1;
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
function pauseBeforeAsking({ renewEvery }, endsIn, attempts, chance) {
  const apart = renewEvery * (0.02 + 0.18 * chance);
  if (endsIn !== void 0) return apart + Math.min(endsIn, renewEvery * 0.5);
  return apart + renewEvery * 0.1 * 2 ** Math.min(attempts, 4);
}

// runtime/lease/text.ts
function describeAnswers(answers, ownHolder) {
  const rival = describeRival(answers, ownHolder);
  const absent = describeAbsent(answers);
  const isObject2 = answers.some(({ kind }) => kind === "api-server");
  if (rival !== "" || absent === "" || isObject2)
    return [rival, absent].filter((text) => text !== "").join("; ");
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
function describeRival(answers, ownHolder) {
  const [newest] = answers.flatMap(({ answer }) => answer.kind === "refused" ? answer : []).sort((a, b) => a.seenSeconds - b.seenSeconds);
  if (newest === void 0) return "";
  const { holder, seenSeconds, seconds } = newest;
  const text = `another Iguana of this key runs: ${holder}, which renewed its lease ${Math.round(seenSeconds)} s ago`;
  if (holder !== ownHolder) return text;
  return `${text}; it has the name of this one: if it is what ran here before, its lease ends in ${Math.ceil(seconds)} s`;
}

// runtime/lease/keeper.ts
var LOOK_MILLISECONDS = 100;
var ALWAYS = { isGiven: true, isLeaving: false, use: () => true };
var LeaseKeeper = class {
  constructor(lease, holder, iguana, board, bell, times, clock, reliance) {
    this.lease = lease;
    this.holder = holder;
    this.iguana = iguana;
    this.board = board;
    this.bell = bell;
    this.times = times;
    this.clock = clock;
    this.reliance = reliance;
    /** Nobody knows it of an Iguana that ran before this agent did. */
    this.mayBeUp = true;
    this.wasGiven = false;
    this.hasHeld = false;
    /** In a row that found too few lessors, and nobody who has the lease. */
    this.attempts = 0;
    this.stage = "keeping";
    this.saysUnkept = false;
    this.graceUntil = graceUntil(reliance, times, clock);
  }
  get isLeaving() {
    return this.stage !== "keeping";
  }
  get isGiven() {
    return !this.isLeaving && this.ending === void 0 && this.lease.isHeld;
  }
  use() {
    if (!this.isGiven) return false;
    this.mayBeUp = true;
    return true;
  }
  /** Until it has left. */
  async keep() {
    if (await this.iguana.isBlank()) this.mayBeUp = false;
    await Promise.all([this.askOnAndOn(), this.watchOnAndOn()]);
  }
  /**
   * For an agent that is ended together with Iguana: the lease is kept until Iguana has ended, so that no other comes up
   * beside it, and is given back then, so that no other waits for it to run out. An Iguana that goes on for longer than
   * a pod may take to end was not ended: the agent's successor finds it, and the lease as it is.
   */
  async leave() {
    const latest = this.clock.seconds() + 2 * this.times.lasts;
    this.stage = "leaving";
    this.board.setLease("leaving");
    this.bell.ring();
    while (!await this.iguana.isBlank()) {
      if (this.clock.seconds() > latest) return;
      await (0, import_promises2.setTimeout)(LOOK_MILLISECONDS);
    }
    this.stage = "left";
    await this.asking;
    await this.lease.release();
    this.board.event("Lease", "given back");
  }
  async askOnAndOn() {
    while (this.stage !== "left") {
      const asked = this.clock.seconds();
      this.asking = this.lease.ask();
      const verdict = await this.asking;
      this.obstacle = this.iguana.obstacle();
      await this.take(verdict);
      const pause2 = this.lease.isHeld ? asked + this.times.renewEvery - this.clock.seconds() : pauseBeforeAsking(this.times, this.lease.endsIn, this.attempts, Math.random());
      await (0, import_promises2.setTimeout)(Math.max(0, pause2) * 1e3);
    }
  }
  async take(verdict) {
    if (verdict === "won") {
      this.attempts = 0;
      this.endGrace(this.lease.heldUntil);
      this.look();
      return;
    }
    this.attempts = this.lease.endsIn === void 0 ? this.attempts + 1 : 0;
    if (verdict === "refused") this.endGrace(this.clock.seconds());
    this.look();
    if (!this.mayBeUp && !this.lease.isHeld) await this.lease.release();
  }
  /** From now on the lease alone counts, and for an agent that comes after this one until then. */
  endGrace(until) {
    this.graceUntil = Number.NEGATIVE_INFINITY;
    const isKept = this.reliance.write(until);
    if (!isKept && !this.saysUnkept)
      this.board.event(
        "Lease",
        "cannot be written down (a full disk?): where this agent starts again, Iguana is stopped unless the lease is renewed at once"
      );
    this.saysUnkept = !isKept;
  }
  /** The end of what is relied on is seen in time, whatever the lessors do. */
  async watchOnAndOn() {
    while (this.stage !== "left") {
      this.look();
      await (0, import_promises2.setTimeout)(this.times.relied * 1e3 / 40);
    }
  }
  look() {
    const { isHeld } = this.lease;
    this.hasHeld ||= isHeld;
    const isOver = !isHeld && this.clock.seconds() >= this.graceUntil;
    if (isOver && this.mayBeUp) this.ending ??= this.makeBlank();
    this.show();
    if (this.isGiven !== this.wasGiven) this.bell.ring();
    this.wasGiven = this.isGiven;
  }
  /** Comes to an end only when Iguana is blank. */
  async makeBlank() {
    const since = this.clock.seconds();
    for (let last = ""; !await this.iguana.isBlank(); ) {
      const did = this.iguana.end();
      const isLate = this.clock.seconds() - since > this.times.lasts - this.times.relied;
      const text = isLate ? `STILL RUNS WITHOUT ITS LEASE, so another of its key may run as well; ${did}` : `must not run without its lease; ${did}`;
      if (text !== last) this.board.event("Iguana", text);
      last = text;
      await (0, import_promises2.setTimeout)(LOOK_MILLISECONDS);
    }
    this.mayBeUp = false;
    this.ending = void 0;
    this.look();
  }
  show() {
    if (this.isLeaving) return;
    if (this.isGiven) {
      const absent = [describeAbsent(this.lease.answers), this.obstacle ?? ""].filter((text) => text !== "");
      this.board.setLease("held", absent.length === 0 ? void 0 : absent.join("; "));
      return;
    }
    const stopping = this.ending === void 0 ? "" : "; Iguana is being stopped";
    this.board.setLease(this.hasHeld ? "lost" : "waiting", `${this.reason()}${stopping}`);
  }
  reason() {
    return describeAnswers(this.lease.answers, this.holder) || "it has not been asked for yet";
  }
};

// runtime/lease/Lease.ts
var Lease = class {
  constructor(lessors, holder, instance, times, clock) {
    this.lessors = lessors;
    this.holder = holder;
    this.instance = instance;
    this.times = times;
    this.clock = clock;
    this.reliedUntil = Number.NEGATIVE_INFINITY;
    this.round = 0;
    this.heard = [];
  }
  get isHeld() {
    return this.clock.seconds() < this.reliedUntil;
  }
  /** By the clock. */
  get heldUntil() {
    return this.reliedUntil;
  }
  /** What the lessors said when they were last asked. */
  get answers() {
    return this.heard;
  }
  /** How long the lease of the one that has it still lasts, where somebody has. */
  get endsIn() {
    const left = this.heard.flatMap(({ answer }) => answer.kind === "refused" ? answer.seconds : []);
    return left.length === 0 ? void 0 : Math.max(...left);
  }
  /** Asks every lessor for the lease, or to renew it. */
  async ask() {
    const sent = this.clock.seconds();
    const { instance, holder } = this;
    const asking = { instance, holder, seconds: this.times.lasts, round: this.nextRound(sent) };
    this.heard = await Promise.all(
      this.lessors.map(async (lessor) => ({
        kind: lessor.kind,
        name: lessor.name,
        answer: await lessor.ask(asking)
      }))
    );
    const verdict = judge(
      this.heard.map(({ answer }) => answer),
      this.isHeld
    );
    if (verdict === "won") this.reliedUntil = sent + this.times.relied;
    if (verdict === "refused") this.reliedUntil = Number.NEGATIVE_INFINITY;
    return verdict;
  }
  /** Gives back what lessors granted. Not to be called while Iguana may be up. */
  async release() {
    this.reliedUntil = Number.NEGATIVE_INFINITY;
    const { instance, round } = this;
    const calls = this.lessors.map((lessor, i) => {
      const kind = this.heard[i]?.answer.kind;
      const released = kind === "granted" || kind === "silent" ? lessor.release({ instance, round }) : void 0;
      return kind === "granted" ? released : void 0;
    });
    await Promise.all(calls);
  }
  /** Grows with each call, over restarts of the agent, too. */
  nextRound(now) {
    this.round = Math.max(this.round + 1, Math.round(now * 1e3));
    return this.round;
  }
};

// runtime/lease/record.ts
var HOLDER = "dokomodo/holder";
var ROUND = "dokomodo/round";
var ABSENT = "absent";
function recordOf(object) {
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
function sight(before, found, asking, now) {
  if (found === void 0)
    return before === void 0 || before.mark === ABSENT ? before : { ...before, mark: ABSENT, since: now };
  const { instance, mark, holder, seconds } = found;
  if (instance === "" || instance === asking.instance) return void 0;
  return before?.mark === mark ? before : { mark, holder, seconds: seconds || asking.seconds, since: now };
}
function refusalOf(sighting, now) {
  if (sighting === void 0) return void 0;
  const seenSeconds = now - sighting.since;
  const seconds = sighting.seconds - seenSeconds;
  return seconds > 0 ? { kind: "refused", holder: sighting.holder, seenSeconds, seconds } : void 0;
}
function takenLease(before, place, { instance, holder, seconds, round }, wallClock) {
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
      ...place,
      annotations: { ...annotations, [HOLDER]: holder, [ROUND]: String(round) }
    },
    spec: {
      ...spec,
      holderIdentity: instance,
      // A whole number, by the API's rules.
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
function lineOf(text) {
  return text.replaceAll(new RegExp("\\p{Cc}+", "gu"), " ").slice(0, 300);
}

// runtime/lease/LeaseObject.ts
var TRIES = 3;
var NO_ANSWER = /^(E[A-Z]+|EAI_[A-Z]+|ABORT_ERR)$/;
var TOO_MANY_REQUESTS = 429;
var Unexpected = class extends Error {
};
var Unable = class extends Error {
};
var LeaseObject = class {
  constructor(place, api, clock, within) {
    this.place = place;
    this.api = api;
    this.clock = clock;
    this.within = within;
    this.kind = "api-server";
    this.name = `${place.namespace}/${place.name}`;
    this.collection = `/apis/coordination.k8s.io/v1/namespaces/${place.namespace}/leases`;
    this.path = `${this.collection}/${place.name}`;
  }
  async ask(asking) {
    const signal = AbortSignal.timeout(this.within * 1e3);
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const answer = await this.lookAndTake(asking, signal);
        if (answer !== void 0) return answer;
      }
      return { kind: "faulty", why: `409: it was changed by others ${TRIES} times in a row` };
    } catch (failure) {
      return answerOf(failure);
    }
  }
  async release({ instance, round }) {
    const signal = AbortSignal.timeout(this.within * 1e3);
    try {
      const object = await this.get(signal);
      if (object === void 0) return;
      const found = recordOf(object);
      if (found.instance === instance && found.round <= round)
        await this.change(object, freeLease(object, /* @__PURE__ */ new Date()), signal);
    } catch {
    }
  }
  /** Undefined where somebody changed it between the two, which tells nothing yet: it is to be looked at again. */
  async lookAndTake(asking, signal) {
    const object = await this.get(signal);
    const found = object === void 0 ? void 0 : recordOf(object);
    const now = this.clock.seconds();
    this.sighting = sight(this.sighting, found, asking, now);
    const refusal = refusalOf(this.sighting, now);
    if (refusal !== void 0) return refusal;
    const taken = takenLease(object, this.place, asking, /* @__PURE__ */ new Date());
    if (!await this.change(object, taken, signal)) return void 0;
    this.sighting = void 0;
    return { kind: "granted", renewed: found?.instance === asking.instance };
  }
  async get(signal) {
    const answer = await this.api.call("GET", this.path, signal);
    if (answer.status === 404) return void 0;
    if (answer.status !== 200) throw failureOf("get", answer);
    const { body } = answer;
    if (!isObject(body) || !isObject(body["metadata"]) || typeof body["metadata"]["resourceVersion"] !== "string")
      throw new Unexpected("the answer is not a Lease");
    return body;
  }
  /** Makes what was found into the other; false where it was not what was found any more. */
  async change(found, to, signal) {
    const isNew = found === void 0;
    const path = isNew ? this.collection : this.path;
    const answer = await this.api.call(isNew ? "POST" : "PUT", path, signal, to);
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

// runtime/lease/WitnessClient.ts
var import_node_http = require("node:http");
var WitnessClient = class {
  constructor(name, port, publicKey, within) {
    this.name = name;
    this.port = port;
    this.publicKey = publicKey;
    this.within = within;
    this.kind = "witness";
  }
  async ask(asking) {
    const answer = await this.call("POST", asking).catch(() => void 0);
    if (answer === void 0) return { kind: "silent" };
    const { status, text } = answer;
    const body = parseJson(text);
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
    const body = JSON.stringify(content);
    const sent = (0, import_node_http.request)({
      host: "127.0.0.1",
      port: this.port,
      method,
      path: `/lease/${this.publicKey}`,
      agent: false,
      headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
      signal: AbortSignal.timeout(this.within * 1e3)
    });
    return wholeAnswer(sent, body);
  }
};

// runtime/agent/ChainRpc.ts
var import_node_http2 = require("node:http");

// runtime/agent/failures.ts
var NotYet = class extends Error {
  constructor(waitingState, message) {
    super(message);
    this.waitingState = waitingState;
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
function connectionFailure(failure) {
  const code = "code" in failure ? failure.code : void 0;
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ECONNRESET" || code === "EPIPE") return "connection closed without an answer";
  return failure.message;
}

// runtime/agent/redact.ts
function redactor(secrets) {
  const spellings = /* @__PURE__ */ new Set();
  const add = (secret) => {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      spellings.add(form);
  };
  add(secrets.passphrase);
  for (const { rpcUser, rpcPassword, wif } of Object.values(secrets.coins)) {
    add(rpcPassword);
    add(wif);
    add(basicCredentials(rpcUser, rpcPassword));
  }
  const longestFirst = [...spellings].filter((text) => text !== "").sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text);
}
function basicCredentials(user, password) {
  return Buffer.from(`${user}:${password}`).toString("base64");
}

// runtime/agent/ChainRpc.ts
var TIMEOUT_MILLISECONDS = 1e4;
var IN_WARMUP = -28;
var ChainRpc = class {
  constructor(port, secrets) {
    this.port = port;
    this.secrets = secrets;
    this.where = `127.0.0.1:${port}`;
  }
  /** The `result` of a call. Params are positional, or named where they are an object. */
  async call(method, params = [], withinMilliseconds = TIMEOUT_MILLISECONDS) {
    const body = JSON.stringify({ jsonrpc: "1.0", id: "dokomodo", method, params });
    const { status, text } = await this.post(method, body, withinMilliseconds);
    if (status === 401) throw new Error(`${this.where} refuses the user and password (HTTP 401)`);
    if (status === 403) throw new Error(`${this.where} refuses this address (HTTP 403, rpcallowip)`);
    const answer = parseJson(text);
    if (!isObject(answer)) {
      if (status === 500 || status === 503)
        throw new NotYet(
          "waiting-for-chain",
          `${this.where} is busy: HTTP ${status} ${text.trim().slice(0, 80)}`
        );
      throw new Error(`${this.where} does not answer as a chain does (HTTP ${status})`);
    }
    const { result, error } = answer;
    if (error === void 0 || error === null) return result;
    const { code, message } = isObject(error) ? error : { code: 0, message: JSON.stringify(error) };
    if (code === IN_WARMUP) throw new NotYet("loading", String(message));
    throw new RpcError(Number(code), `${method}: ${message}`);
  }
  async post(method, body, withinMilliseconds) {
    const signal = AbortSignal.timeout(withinMilliseconds);
    const call = (0, import_node_http2.request)({
      host: "127.0.0.1",
      port: this.port,
      method: "POST",
      // No connection is kept: one that a restarted daemon closed would look like a daemon that is away.
      agent: false,
      headers: {
        Authorization: `Basic ${basicCredentials(this.secrets.rpcUser, this.secrets.rpcPassword)}`,
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body)
      },
      signal
    });
    return wholeAnswer(call, body).catch((failure) => {
      if (failure instanceof TooLong)
        throw new Error(
          `${this.where} is no daemon that one may trust: to ${method} ${failure.message}, and was not read`
        );
      const why = signal.aborted ? `no answer in ${withinMilliseconds / 1e3} s` : connectionFailure(failure);
      throw new NotYet("waiting-for-chain", `${this.where}: ${why}`);
    });
  }
};

// runtime/agent/steps.ts
function nextStep(coin, facts, dest, iguana) {
  if (!facts.ours) return "importing-key";
  if (!iguana.ready) return "waiting-for-iguana";
  if (facts.addedIn !== iguana.life) return "adding";
  if (iguana.unlockedIn !== iguana.life) return "unlocking";
  if (coin.dpow === void 0 || facts.dpowIn === iguana.life) return "watch";
  if (dest === void 0 || !dest.ours || dest.addedIn !== iguana.life) return "waiting-for-dest";
  return "starting-dpow";
}
function pause(pollMilliseconds, failuresInARow) {
  return Math.min(pollMilliseconds * 2 ** Math.min(failuresInARow, 10), Math.max(15e3, pollMilliseconds));
}

// runtime/agent/walletLabel.ts
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
  return [account, label, name].find((text) => typeof text === "string" && text !== "") ?? "";
}

// runtime/agent/Wallet.ts
var WALLET = "notary";
var WALLET_ERROR = -4;
var INVALID_PARAMETER = -8;
var WALLET_NOT_FOUND = -18;
var WALLET_ALREADY_LOADED = -35;
var METHOD_NOT_FOUND = -32601;
var RESCANNED_BLOCKS = 1e4;
var RESCAN_MILLISECONDS = 6e4;
var Wallet = class {
  constructor(rpc, address, log2) {
    this.rpc = rpc;
    this.address = address;
    this.log = log2;
  }
  /** Whether the notary's key is in the wallet, and since when; makes the wallet where there is none. */
  async look() {
    const answer = await this.rpc.call("validateaddress", [this.address]);
    if (isObject(answer)) {
      if (answer["isvalid"] === false)
        throw new Error(
          `${this.address} is no address of this chain; are its prefixes right in assetchains.yaml?`
        );
      if (typeof answer["ismine"] === "boolean") return this.ownership(answer);
    }
    return this.ownership(await this.withWallet(() => this.rpc.call("getaddressinfo", [this.address])));
  }
  /**
   * Imports the key, which the wallet has not. Blocks that are there already are looked at where that takes seconds; else
   * the wallet's label says that they were not.
   * @param height of the chain
   */
  async importKey(wif, height) {
    const isRescanned = height <= RESCANNED_BLOCKS && await this.importRescanning(wif);
    if (!isRescanned) await this.import(wif, unseenLabel(height), false);
    if (!isRescanned) this.unseen = height;
    if (!(await this.look()).isOurs)
      throw new Error(
        `the key is imported, yet ${this.address} is not the wallet's; do WIF and address prefix agree?`
      );
    this.log(isRescanned ? "key imported" : `key imported without a rescan of the ${height} blocks before`);
  }
  /** Writes what is known about a key that is in the wallet. It is imported once more, which changes the label alone. */
  async label(wif, label) {
    await this.import(wif, label, false);
  }
  /** False where the daemon will not, as one that prunes its blocks. */
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
    const within = rescan ? RESCAN_MILLISECONDS : void 0;
    await this.withWallet(() => this.rpc.call("importprivkey", [wif, label, rescan], within));
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
  /** Daemons of the newer kind start without a wallet, and Iguana opens none. */
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
  /** Daemons before 0.21 know neither `load_on_startup` nor `descriptors`; the name alone does for them. */
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

// runtime/agent/CoinKeeper.ts
var IGUANA_HEIGHT_MILLISECONDS = 3e4;
var CoinKeeper = class {
  constructor(coin, secrets, plan, board, iguana, coinsBell) {
    this.coin = coin;
    this.secrets = secrets;
    this.plan = plan;
    this.board = board;
    this.iguana = iguana;
    this.coinsBell = coinsBell;
    this.known = { ours: false, addedIn: 0, dpowIn: 0 };
    this.iguanaAskedAt = 0;
    this.rpc = new ChainRpc(coin.rpcPort, secrets);
    this.wallet = new Wallet(this.rpc, coin.address, (event) => this.event(event));
    this.isDest = plan.coins.some(({ dpow }) => dpow?.dest === coin.symbol);
  }
  get symbol() {
    return this.coin.symbol;
  }
  get facts() {
    return this.known;
  }
  /** One look at the coin, and all that can be done for it now; false where something is wrong with it. */
  async round(destination) {
    try {
      const height = await this.probe();
      await this.advance(height, destination);
      return true;
    } catch (failure) {
      if (!(failure instanceof NotYet)) {
        this.board.setCoin(
          this.symbol,
          "error",
          failure instanceof Error ? failure.message : String(failure)
        );
        return false;
      }
      if (failure.waitingState === "waiting-for-iguana") this.iguana.keeper.doubt();
      this.board.setCoin(this.symbol, failure.waitingState, failure.message);
      return true;
    }
  }
  /** At every look, whether the key is still there: a daemon may come back with another wallet. */
  async probe() {
    try {
      const height = Number(await this.rpc.call("getblockcount"));
      const { isOurs, unseenBefore: unseenBefore2, lostLabel } = await this.wallet.look();
      this.unseenBefore = unseenBefore2;
      if (lostLabel !== void 0) await this.wallet.label(this.secrets.wif, lostLabel);
      this.know({ ours: isOurs });
      this.board.setHeights(this.symbol, { chainHeight: height });
      return height;
    } catch (failure) {
      this.know({ ours: false });
      this.board.setHeights(this.symbol, { chainHeight: null, iguanaHeight: null });
      throw failure;
    }
  }
  async advance(height, destination) {
    for (; ; ) {
      const { facts } = this.iguana.keeper;
      const step = nextStep(this.coin, this.known, destination, facts);
      switch (step) {
        case "watch":
          await this.watch(height);
          return;
        case "waiting-for-iguana":
          this.board.setHeights(this.symbol, { iguanaHeight: null });
          this.board.setCoin(this.symbol, step);
          return;
        case "waiting-for-dest":
          this.waitForDestination(destination);
          return;
      }
      this.board.setCoin(this.symbol, step);
      switch (step) {
        case "importing-key":
          this.requireImport();
          await this.wallet.importKey(this.secrets.wif, height);
          this.unseenBefore = (await this.wallet.look()).unseenBefore;
          this.know({ ours: true });
          break;
        case "adding":
          await this.add(facts.life);
          break;
        case "unlocking":
          await this.iguana.keeper.unlock();
          break;
        case "starting-dpow":
          await this.startDpow(facts.life);
          break;
      }
    }
  }
  requireImport() {
    if (this.coin.importsKey !== false) return;
    throw new Error(
      `its daemon, which somebody else runs, does not have the notary's key for ${this.coin.address}; import it there, or allow it with importKey in dokomodo:external`
    );
  }
  async add(life) {
    const isNew = await this.iguana.rpc.addCoin(this.coin, this.secrets);
    this.know({ addedIn: life });
    this.board.setHeights(this.symbol, { iguanaHeight: null });
    this.event(isNew ? "added to Iguana" : "was in Iguana already");
    if (this.isDest) this.coinsBell.ring();
  }
  async startDpow(life) {
    if (this.coin.dpow === void 0) return;
    const { dest, freq } = this.coin.dpow;
    const isNew = await this.iguana.rpc.startDpow(this.symbol, dest, this.plan.publicKey, freq);
    this.know({ dpowIn: life });
    this.event(isNew ? `dpow accepted, notarised to ${dest}` : `was notarised to ${dest} already`);
  }
  waitForDestination(destination) {
    const dest = this.coin.dpow?.dest ?? "";
    if (destination === void 0)
      throw new Error(`is notarised to ${dest}, which is not a chain of this notary`);
    this.board.setCoin(this.symbol, "waiting-for-dest", dest);
  }
  async watch(height) {
    const { iguanaHeight } = this.board.coin(this.symbol);
    let seen = iguanaHeight;
    if (seen !== height || Date.now() - this.iguanaAskedAt > IGUANA_HEIGHT_MILLISECONDS) {
      const answer = await this.iguana.rpc.height(this.symbol);
      if (answer === void 0) {
        this.know({ addedIn: 0, dpowIn: 0 });
        throw new NotYet("waiting-for-iguana", "Iguana does not know the coin any more");
      }
      this.iguanaAskedAt = Date.now();
      seen = answer;
      this.board.setHeights(this.symbol, { iguanaHeight: seen });
    }
    const details = [seen === null ? "Iguana does not reach this chain" : [], this.unseenText()].flat();
    this.board.setCoin(this.symbol, "ready", details.length === 0 ? void 0 : details.join("; "));
  }
  unseenText() {
    if (this.unseenBefore === void 0) return [];
    return [
      `its key came at height ${this.unseenBefore} and was not rescanned for, so coins received before are not seen; where there are any, rescan, which takes hours (docs/chains.md)`
    ];
  }
  know(facts) {
    this.known = { ...this.known, ...facts };
  }
  event(text) {
    this.board.event(this.symbol, text);
  }
};

// runtime/agent/IguanaKeeper.ts
var UNLOCKED_MILLISECONDS = 24 * 60 * 60 * 1e3;
var IguanaKeeper = class {
  constructor(rpc, plan, secrets, board, bells, permit = ALWAYS, refusal = () => void 0) {
    this.rpc = rpc;
    this.plan = plan;
    this.secrets = secrets;
    this.board = board;
    this.bells = bells;
    this.permit = permit;
    this.refusal = refusal;
    this.known = { ready: false, life: 0, unlockedIn: 0 };
    this.registered = false;
    this.unlockedAt = 0;
  }
  get facts() {
    return this.known;
  }
  /** Called by a coin to which Iguana did not answer as expected: look at once what has become of Iguana. */
  doubt() {
    this.known = { ...this.known, ready: false };
    this.bells.iguana.ring();
  }
  /** One look at Iguana; false where it will be the same for a while. */
  async round() {
    if (!this.permit.isGiven) {
      this.known = { ...this.known, ready: false };
      this.board.setIguana(this.permit.isLeaving ? "leaving" : "waiting-for-lease");
      return true;
    }
    const refused = this.refusal();
    if (refused !== void 0) {
      this.known = { ...this.known, ready: false };
      this.board.setIguana("outdated", refused);
      return true;
    }
    try {
      await this.look();
      this.board.setIguana("ready");
      if (!this.known.ready) {
        this.known = { ...this.known, ready: true };
        this.bells.coins.ring();
      }
      return true;
    } catch (failure) {
      this.known = { ...this.known, ready: false };
      const reason = failure instanceof Error ? failure.message : String(failure);
      this.board.setIguana(failure instanceof NotYet ? "waiting-for-rpc" : "error", reason);
      return failure instanceof NotYet;
    }
  }
  /** Once for all coins that need it. */
  unlock() {
    this.unlocking ??= this.unlockNow().finally(() => {
      this.unlocking = void 0;
    });
    return this.unlocking;
  }
  /**
   * Iguana keeps nothing over a restart: one that knows no notary begins a new life. It lists its own address as soon as
   * one was added, so one that knows others and not the plan's address was told another one.
   */
  async look() {
    const notaries = await this.rpc.knownNotaries();
    const isNew = notaries.length === 0;
    if (!isNew && !notaries.includes(this.plan.ipAddress))
      throw new Error(
        `Iguana knows notaries and not ${this.plan.ipAddress}: it was told another address, which it keeps until it restarts`
      );
    if (isNew || this.known.life === 0) {
      if (isNew && this.registered)
        this.board.event("Iguana", "has restarted and lost everything; bringing it up again");
      this.registered = false;
      this.known = { ...this.known, ready: false, life: this.known.life + 1 };
    }
    if (Date.now() - this.unlockedAt > UNLOCKED_MILLISECONDS) this.known = { ...this.known, unlockedIn: 0 };
    if (this.registered) return;
    this.board.setIguana("registering");
    if (isNew) await this.setAddress();
    const missing = new Set(
      [this.plan.ipAddress, ...this.plan.notaries].filter((ip) => !notaries.includes(ip))
    );
    for (const ip of missing) await this.rpc.addNotary(ip);
    if (isNew && !(await this.rpc.knownNotaries()).includes(this.plan.ipAddress))
      throw new Error("Iguana takes no notaries; does it run as a notary (`iguana notary`)?");
    this.registered = true;
    this.board.event("Iguana", isNew ? `knows its address and ${missing.size} notaries` : "runs already");
  }
  async setAddress() {
    const { ipAddress } = this.plan;
    const answer = await this.rpc.setAddress(ipAddress);
    if (answer !== ipAddress)
      throw new Error(`Iguana keeps the address ${answer} until it restarts; the plan says ${ipAddress}`);
  }
  async unlockNow() {
    const { life } = this.known;
    const publicKey = await this.rpc.unlock(this.secrets.passphrase);
    if (typeof publicKey === "string" && publicKey !== this.plan.publicKey)
      throw new Error(
        `the passphrase gives the public key ${publicKey}, the plan says ${this.plan.publicKey}`
      );
    this.known = { ...this.known, unlockedIn: life };
    this.unlockedAt = Date.now();
    this.board.event("Iguana", "wallet unlocked");
  }
};

// runtime/agent/iguanaHttp.ts
var import_node_net = require("node:net");

// runtime/iguanaMessage.ts
var LONGEST_ANSWER = 4 * 2 ** 20;
function requestText(request4) {
  const body = JSON.stringify(request4);
  const fields = [
    "Host: 127.0.0.1",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`
  ];
  return ["POST / HTTP/1.0", ...fields, "", body].join("\r\n");
}
function answerText(response) {
  const headEnd = response.indexOf("\r\n\r\n");
  return headEnd < 0 ? void 0 : response.slice(headEnd + 4);
}

// runtime/agent/iguanaHttp.ts
function exchange(port, request4, withinMilliseconds) {
  return new Promise((resolve, reject) => {
    const fail2 = (why) => reject(new NotYet("waiting-for-iguana", why));
    const response = new BoundedText(LONGEST_ANSWER);
    const socket = (0, import_node_net.connect)({ host: "127.0.0.1", port });
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
      if (answer === void 0) fail2("Iguana's answer is no JSON");
      else resolve(answer);
    });
    socket.write(requestText(request4));
  });
}

// runtime/agent/IguanaRpc.ts
var TIMEOUT_MILLISECONDS2 = 3e4;
var UNLOCK_SECONDS = 9999999;
var NO_HEIGHT = 2 ** 30;
var IguanaRpc = class {
  constructor(port, refusal = () => void 0) {
    this.port = port;
    this.refusal = refusal;
    this.queue = Promise.resolve();
  }
  /** The addresses of the notaries that Iguana knows; none right after it started. */
  async knownNotaries() {
    const answer = await this.question({ agent: "dpow", method: "ipaddrs" });
    if (!Array.isArray(answer)) throw new IguanaRefusal("dpow/ipaddrs answers no list");
    return answer;
  }
  /** Answers the address that Iguana has, which is the first that it was ever told. */
  async setAddress(ipaddr) {
    return this.result({ agent: "SuperNET", method: "myipaddr", ipaddr });
  }
  async addNotary(ipaddr) {
    await this.result({ agent: "iguana", method: "addnotary", ipaddr });
  }
  /** Whether the coin is new to Iguana. */
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
  /** The public key of the passphrase, where Iguana tells it. */
  async unlock(passphrase) {
    const answer = await this.command({ method: "walletpassphrase", params: [passphrase, UNLOCK_SECONDS] });
    return isObject(answer) ? answer["btcpubkey"] : void 0;
  }
  /** Whether it was not notarised before; throws IguanaRefusal where Iguana will not. */
  async startDpow(symbol, dest, pubkey, freq) {
    try {
      await this.command({ agent: "iguana", method: "dpow", symbol, dest, pubkey, freq });
      return true;
    } catch (failure) {
      if (failure instanceof IguanaRefusal && failure.message.includes("same coin again")) return false;
      throw failure;
    }
  }
  /**
   * The height of a coin's chain as Iguana sees it: undefined where Iguana does not know the coin, null where it
   * does not reach the chain.
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

// runtime/agent/listener.ts
var import_node_fs4 = require("node:fs");
var LISTEN = "0A";
var ADDRESSES = ["0100007F", "7F000001", "00000000"];
function listenerOn(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const wanted = ADDRESSES.map((address) => `${address}:${hex}`);
  for (const line of (0, import_node_fs4.readFileSync)("/proc/self/net/tcp", "utf8").split("\n")) {
    const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/);
    if (state === LISTEN && wanted.includes(local ?? "") && inode !== void 0)
      return { uid: Number(uid), inode };
  }
  return void 0;
}
function processesOf({ inode }) {
  return (0, import_node_fs4.readdirSync)("/proc").filter((name) => /^\d+$/.test(name) && hasSocket(name, inode)).map(Number);
}
function hasSocket(pid, inode) {
  try {
    return (0, import_node_fs4.readdirSync)(`/proc/${pid}/fd`).some(
      (fd) => targetOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`
    );
  } catch {
    return false;
  }
}
function targetOf(path) {
  try {
    return (0, import_node_fs4.readlinkSync)(path);
  } catch {
    return void 0;
  }
}

// runtime/agent/iguanaProcess.ts
var QUESTION_MILLISECONDS = 2e3;
var STOP_MILLISECONDS = 25e3;
var IguanaProcess = class {
  constructor(rpcPort) {
    this.rpcPort = rpcPort;
    this.isStopping = false;
  }
  async isBlank() {
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
    return `it was asked to stop, and goes on until it does, 20 s later: ${obstacleOf(listener)}`;
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

// runtime/agent/ToldCheck.ts
var import_node_fs5 = require("node:fs");
var OUTDATED = "it was made for another plan than this agent's, and keeps what it was told; the `pulumi up` that is under way replaces it, and where none is, the next one does";
var ToldCheck = class {
  constructor(rpcPort, digest, path) {
    this.rpcPort = rpcPort;
    this.digest = digest;
    this.path = path;
  }
  /** Why Iguana may be told nothing; undefined where it may, or does not run. */
  refusal() {
    const listener = listenerOn(this.rpcPort);
    if (listener === void 0) return void 0;
    const [pid] = processesOf(listener);
    if (pid === void 0) return `what it was told cannot be known: ${obstacleOf(listener)}`;
    try {
      return (0, import_node_fs5.readFileSync)(`/proc/${pid}/root${this.path}`, "utf8") === this.digest ? void 0 : OUTDATED;
    } catch {
      return OUTDATED;
    }
  }
};

// runtime/agent/told.ts
var import_node_crypto = require("node:crypto");
function toldDigest({ publicKey, ipAddress, notaries, coins }, secrets) {
  const told = [
    publicKey,
    ipAddress,
    [...notaries].sort(),
    coins.map(({ symbol, addcoin, dpow }) => {
      const { rpcUser, rpcPassword } = secrets.coins[symbol] ?? {};
      return [symbol, Object.entries(addcoin).sort(), dpow?.dest, dpow?.freq, rpcUser, rpcPassword];
    }).sort(([a], [b]) => String(a) < String(b) ? -1 : 1)
  ];
  return (0, import_node_crypto.createHash)("sha256").update(JSON.stringify(told)).digest("hex");
}

// runtime/agent/bringUp.ts
var POLL_SECONDS = 3;
var RELIANCE_FILE = "/tmp/dokomodo-lease";
var IGUANA_AWAY_MILLISECONDS = 1e3;
async function bringUp(plan, secrets, board, signal, surroundings = realSurroundings) {
  const poll = (plan.pollSeconds ?? POLL_SECONDS) * 1e3;
  const bells = { iguana: new Bell(), coins: new Bell() };
  const lease = leaseOf(plan, board, bells.iguana, surroundings);
  const permit = lease ?? ALWAYS;
  const told = new ToldCheck(plan.iguanaRpcPort, toldDigest(plan, secrets), plan.toldFile);
  const refusal = () => told.refusal();
  const rpc = new IguanaRpc(plan.iguanaRpcPort, () => {
    return refusal() ?? (permit.use() ? void 0 : "Iguana waits for its lease");
  });
  const keeper = new IguanaKeeper(rpc, plan, secrets, board, bells, permit, refusal);
  const coins = /* @__PURE__ */ new Map();
  for (const coin of plan.coins) {
    const coinSecrets = secrets.coins[coin.symbol];
    if (coinSecrets === void 0) throw new Error(`no credentials for ${coin.symbol}`);
    coins.set(coin.symbol, new CoinKeeper(coin, coinSecrets, plan, board, { rpc, keeper }, bells.coins));
  }
  const keepIguana = repeat(bells.iguana, poll, async () => {
    const answered = await keeper.round();
    return { ok: answered, soon: answered && !keeper.facts.ready };
  });
  const keepCoins = plan.coins.map(
    ({ symbol, dpow }) => repeat(bells.coins, poll, async () => {
      const destination = dpow === void 0 ? void 0 : coins.get(dpow.dest)?.facts;
      return { ok: await coins.get(symbol)?.round(destination) ?? true, soon: false };
    })
  );
  const keeping = Promise.all([lease?.keep(), keepIguana, ...keepCoins]);
  await Promise.race([keeping, aborted(signal)]);
  if (endsWithIguana(plan)) await lease?.leave();
}
async function aborted(signal) {
  if (!signal.aborted) await (0, import_node_events.once)(signal, "abort");
}
function endsWithIguana({ lease }) {
  return lease !== void 0 && "object" in lease;
}
function realSurroundings() {
  const clock = kernelClock();
  return { clock, instance: instanceId(clock), times: LEASE_TIMES, relianceFile: RELIANCE_FILE };
}
function leaseOf({ lease: plan, publicKey, iguanaRpcPort }, board, bell, surroundings) {
  if (plan === void 0) return void 0;
  const { clock, instance, times, relianceFile } = surroundings();
  const lessors = lessorsOf(plan, publicKey, times, clock);
  const lease = new Lease(lessors, plan.holder, instance, times, clock);
  const iguana = new IguanaProcess(iguanaRpcPort);
  const reliance = new RelianceFile(relianceFile, instance);
  return new LeaseKeeper(lease, plan.holder, iguana, board, bell, times, clock, reliance);
}
function lessorsOf(plan, publicKey, { answerWithin }, clock) {
  if ("object" in plan) return [new LeaseObject(plan.object, new ApiServer(), clock, answerWithin)];
  return plan.witnesses.map(({ name, port }) => new WitnessClient(name, port, publicKey, answerWithin));
}
async function repeat(bell, poll, round) {
  let failures = 0;
  for (; ; ) {
    const { ok, soon } = await round();
    failures = ok ? 0 : failures + 1;
    await bell.wait(pause(soon ? Math.min(poll, IGUANA_AWAY_MILLISECONDS) : poll, failures));
  }
}

// runtime/agent/readPlan.ts
var import_node_fs6 = require("node:fs");
var import_node_net2 = require("node:net");
var ConfigurationError = class extends Error {
};
function readPlan(directory2) {
  const path = `${directory2}/plan.json`;
  const plan = readJson(path);
  const problems = new Problems(path);
  const {
    iguanaRpcPort,
    listenPort,
    publicKey,
    ipAddress,
    notaries,
    coins,
    pollSeconds,
    lease,
    toldFile,
    certificates
  } = plan;
  const result = {
    iguanaRpcPort: problems.port(iguanaRpcPort, "iguanaRpcPort"),
    listenPort: problems.port(listenPort, "listenPort"),
    publicKey: problems.text(publicKey, "publicKey", /^0[23][0-9a-f]{64}$/, "66 hex digits"),
    ipAddress: problems.ipv4(ipAddress, "ipAddress"),
    notaries: problems.list(notaries, "notaries").map((ip, i) => problems.ipv4(ip, `notaries[${i}]`)),
    coins: problems.list(coins, "coins").map((coin, i) => readCoin(coin, `coins[${i}]`, problems)),
    ...lease === void 0 ? {} : { lease: readLease(lease, problems) },
    ...certificates === void 0 ? {} : { certificates: readTimes(certificates, problems) },
    toldFile: problems.text(toldFile, "toldFile", /^\//, "an absolute path")
  };
  const symbols = result.coins.map((coin) => coin.symbol);
  const twice = symbols.find((symbol, i) => symbols.indexOf(symbol) !== i);
  if (twice !== void 0) problems.add("coins", `names ${twice} twice`);
  if (pollSeconds !== void 0 && !(typeof pollSeconds === "number" && pollSeconds > 0))
    problems.add("pollSeconds", "must be a number above 0");
  problems.end();
  return typeof pollSeconds === "number" ? { ...result, pollSeconds } : result;
}
function readSecrets(directory2, plan) {
  const path = `${directory2}/secrets.json`;
  const secrets = readJson(path);
  const problems = new Problems(path);
  const passphrase = problems.text(secrets["passphrase"], "passphrase", /^./s, "text");
  if (Buffer.byteLength(passphrase) > 1e3) problems.add("passphrase", "must be at most 1000 bytes long");
  const given = isObject(secrets["coins"]) ? secrets["coins"] : {};
  const coins = Object.fromEntries(
    plan.coins.map(({ symbol }) => [symbol, readCoinSecrets(given[symbol], `coins.${symbol}`, problems)])
  );
  problems.end();
  return { passphrase, coins };
}
function readLease(value, problems) {
  const lease = isObject(value) ? value : {};
  if ("object" in lease && "witnesses" in lease)
    problems.add("lease", "must have either witnesses or an object, not both");
  const by = "object" in lease ? readLeaseObject(lease["object"], problems) : readWitnesses(lease, problems);
  const holder = problems.text(lease["holder"], "lease.holder", new RegExp("^\\P{Cc}{1,300}$", "u"), "text of one line");
  return { holder, ...by };
}
function readTimes(value, problems) {
  const times = Object.entries(isObject(value) ? value : {}).map(([name, time]) => {
    const isTime = typeof time === "string" && !Number.isNaN(Date.parse(time));
    if (!isTime) problems.add(`certificates.${name}`, "must be a time, as 2030-01-31T12:00:00Z");
    return [name, String(time)];
  });
  return Object.fromEntries(times);
}
function readWitnesses(lease, problems) {
  const witnesses = problems.list(lease["witnesses"], "lease.witnesses").map((witness, i) => {
    const at = `lease.witnesses[${i}]`;
    const { name, port } = isObject(witness) ? witness : {};
    return {
      name: problems.text(name, `${at}.name`, new RegExp("^\\P{Cc}+$", "u"), "a host's name"),
      port: problems.port(port, `${at}.port`)
    };
  });
  const ports = witnesses.map(({ port }) => port);
  if (new Set(ports).size < ports.length) problems.add("lease.witnesses", "must have a port each");
  if (witnesses.length === 0) problems.add("lease.witnesses", "must be at least one");
  return { witnesses };
}
function readLeaseObject(value, problems) {
  const { namespace, name } = isObject(value) ? value : {};
  return {
    object: {
      namespace: problems.text(
        namespace,
        "lease.object.namespace",
        /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
        "a namespace's name: at most 63 of a-z, 0-9 and -"
      ),
      name: problems.text(
        name,
        "lease.object.name",
        /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
        "an object's name: at most 253 of a-z, 0-9, - and ."
      )
    }
  };
}
function readCoin(value, at, problems) {
  const coin = isObject(value) ? value : {};
  const addcoin = isObject(coin["addcoin"]) ? coin["addcoin"] : {};
  const fields = {};
  for (const [key, field] of Object.entries(addcoin)) {
    if (typeof field === "string" || typeof field === "number") fields[key] = field;
    else problems.add(`${at}.addcoin.${key}`, "must be text or a number");
  }
  if (Object.keys(addcoin).length === 0) problems.add(`${at}.addcoin`, "must be Iguana's addcoin request");
  if ("userpass" in fields)
    problems.add(`${at}.addcoin`, "must hold no userpass, credentials are in secrets.json");
  const result = {
    // Iguana's buffer for it has 16 bytes.
    symbol: problems.text(
      coin["symbol"],
      `${at}.symbol`,
      /^[A-Za-z0-9_-]{1,15}$/,
      "1 to 15 letters, digits, _ or -"
    ),
    rpcPort: problems.port(coin["rpcPort"], `${at}.rpcPort`),
    address: problems.text(coin["address"], `${at}.address`, /^[A-Za-z0-9]+$/, "an address"),
    addcoin: fields,
    ...coin["importsKey"] === false ? { importsKey: false } : {}
  };
  const dpow = coin["dpow"];
  if (dpow === void 0) return result;
  const { dest, freq } = isObject(dpow) ? dpow : {};
  if (typeof freq !== "number") problems.add(`${at}.dpow.freq`, "must be a number");
  return {
    ...result,
    dpow: { dest: problems.text(dest, `${at}.dpow.dest`, /^./, "a symbol"), freq: Number(freq) }
  };
}
function readCoinSecrets(value, at, problems) {
  const { rpcUser, rpcPassword, wif } = isObject(value) ? value : {};
  return {
    // A colon in it breaks authentication on Iguana's side.
    rpcUser: problems.text(rpcUser, `${at}.rpcUser`, /^[^:]+$/, "text without a colon"),
    rpcPassword: problems.text(rpcPassword, `${at}.rpcPassword`, /^./, "text"),
    wif: problems.text(wif, `${at}.wif`, /^[1-9A-HJ-NP-Za-km-z]+$/, "a WIF")
  };
}
function readJson(path) {
  let text;
  try {
    text = (0, import_node_fs6.readFileSync)(path, "utf8");
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
  text(value, at, pattern, what) {
    if (typeof value === "string" && pattern.test(value)) return value;
    this.add(at, `must be ${what}`);
    return "";
  }
  port(value, at) {
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65536) return value;
    this.add(at, "must be a port, 1 to 65535");
    return 0;
  }
  ipv4(value, at) {
    if (typeof value === "string" && (0, import_node_net2.isIPv4)(value)) return value;
    this.add(at, "must be an IPv4 address");
    return "";
  }
  list(value, at) {
    if (Array.isArray(value)) return value;
    this.add(at, "must be a list");
    return [];
  }
};

// runtime/agent/certificates.ts
var DAY = 24 * 60 * 60 * 1e3;
var FEW_DAYS = 60;
function daysLeft(ends, now) {
  return Object.fromEntries(
    Object.entries(ends).map(([name, end]) => [name, Math.floor((Date.parse(end) - now) / DAY)])
  );
}
function certificateWarnings(days) {
  const few = Object.entries(days).filter(([, left]) => left < FEW_DAYS);
  return few.map(([name, left]) => {
    const ends = left < 0 ? "has ended, and its links with it" : `ends in ${left} days`;
    return `the certificate of ${name} ${ends}; \`pulumi up\` renews it`;
  });
}

// runtime/agent/StatusBoard.ts
var CONTENT = /* @__PURE__ */ new Set(["ready", "held", "none-asked"]);
var DETAIL_LENGTH = 300;
var StatusBoard = class {
  constructor(plan, redact, write) {
    this.plan = plan;
    this.redact = redact;
    this.write = write;
    this.coins = /* @__PURE__ */ new Map();
    this.lastLines = /* @__PURE__ */ new Map();
    this.lease = { state: plan.lease === void 0 ? "none-asked" : "waiting" };
    this.iguana = { state: "waiting-for-rpc", since: (/* @__PURE__ */ new Date()).toISOString() };
    for (const { symbol, address } of plan.coins) {
      this.coins.set(symbol, { state: "waiting-for-chain", chainHeight: null, iguanaHeight: null, address });
    }
  }
  setLease(state, reason) {
    const detail = this.clean(reason);
    this.lease = { state, ...detail === void 0 ? {} : { detail } };
    const word = { lost: "LOST", leaving: "will be given back when Iguana has ended" }[String(state)] ?? state;
    const line = `${word}${detail === void 0 ? "" : ` (${detail})`}`;
    if (withoutSeconds(line) === withoutSeconds(this.lastLines.get("Lease") ?? "")) return;
    this.logChange("Lease", line);
  }
  setIguana(state, reason) {
    const isSame = state === this.iguana.state;
    const since = isSame ? this.iguana.since : (/* @__PURE__ */ new Date()).toISOString();
    const detail = this.clean(reason);
    this.iguana = { state, since, ...detail === void 0 ? {} : { detail } };
    if (state === "waiting-for-rpc") this.logChange("Iguana", `waits for its RPC (${detail})`);
    if (state === "ready" && !isSame) this.logChange("Iguana", "ready");
    if (state === "outdated") this.logChange("Iguana", `is told nothing: ${detail}`);
    if (state === "error") this.logChange("Iguana", `ERROR: ${detail}`);
  }
  setCoin(symbol, state, reason) {
    const { detail: _earlier, ...before } = this.coin(symbol);
    const detail = this.clean(reason);
    this.coins.set(symbol, { ...before, state, ...detail === void 0 ? {} : { detail } });
    const line = this.lineOf(symbol, state, detail);
    if (line !== void 0) this.logChange(symbol, line);
  }
  setHeights(symbol, heights) {
    this.coins.set(symbol, { ...this.coin(symbol), ...heights });
  }
  coin(symbol) {
    const coin = this.coins.get(symbol);
    if (coin === void 0) throw new Error(`${symbol} is not in the plan`);
    return coin;
  }
  /** Something that happened once, such as `key imported`. */
  event(subject, text) {
    this.lastLines.delete(subject);
    this.write(`${subject}: ${this.clean(text)}`);
  }
  status() {
    const { lease, iguana, plan } = this;
    const certificates = daysLeft(plan.certificates ?? {}, Date.now());
    const warnings = certificateWarnings(certificates);
    const coins = Object.fromEntries(this.coins);
    return { publicKey: plan.publicKey, lease, iguana, coins, certificates, warnings };
  }
  /** Empty where all is well, else a line for each thing that is not ready. */
  complaints() {
    const lines = [];
    const complain = (subject, state, detail) => {
      if (!CONTENT.has(state))
        lines.push(`${subject}: ${state}${detail === void 0 ? "" : ` (${detail})`}`);
    };
    complain("Lease", this.lease.state, this.lease.detail);
    complain("Iguana", this.iguana.state, this.iguana.detail);
    for (const [symbol, { state, detail }] of this.coins) complain(symbol, state, detail);
    return lines;
  }
  /** What a coin does itself shows in events; while Iguana is away, Iguana's line says it for all coins. */
  lineOf(symbol, state, detail) {
    switch (state) {
      case "waiting-for-chain":
        return `waits for its chain (${detail})`;
      case "loading":
        return "its chain is loading";
      case "waiting-for-dest":
        return `waits for ${detail}, which it is notarised to`;
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
  /** `ready` is the same at every height. */
  isRepeated(subject, line) {
    const last = this.lastLines.get(subject);
    return last === line || line === "ready" && last?.startsWith("ready ") === true;
  }
  clean(text) {
    if (text === void 0) return void 0;
    return this.redact(text).replaceAll(/\s+/g, " ").slice(0, DETAIL_LENGTH);
  }
};
function withoutSeconds(text) {
  return text.replaceAll(/\b\d+ s\b/g, "");
}

// runtime/agent/server.ts
var import_node_http3 = require("node:http");
var ASK_MILLISECONDS = 5e3;
function serve(port, board) {
  const server = (0, import_node_http3.createServer)((request4, response) => {
    const answer = (status, type, text) => {
      response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
      response.end(request4.method === "HEAD" ? void 0 : text);
    };
    const complaints = board.complaints();
    if (request4.url === "/status")
      answer(200, "application/json", `${JSON.stringify(board.status(), null, 2)}
`);
    else if (request4.url !== "/healthz") answer(404, "text/plain", "only /healthz and /status are here\n");
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

// runtime/agent/main.ts
var WRONG_CONFIGURATION = 78;
var WRONG_USAGE = 64;
var directory = `${RUN_DIRECTORY}/agent`;
async function run() {
  const plan = readPlan(directory);
  const secrets = readSecrets(directory, plan);
  const redact = redactor(secrets);
  try {
    const board = new StatusBoard(plan, redact, log);
    const end = new AbortController();
    for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => end.abort());
    await serve(plan.listenPort, board);
    log(`agent: keeps ${plan.coins.length} coins, serves 127.0.0.1:${plan.listenPort}`);
    for (const warning of board.status().warnings) log(`WARNING: ${warning}`);
    await bringUp(plan, secrets, board, end.signal);
    process.exit(0);
  } catch (failure) {
    fail(1, redact(failure instanceof Error ? failure.message : String(failure)));
  }
}
async function askRunning(path) {
  const { listenPort } = readPlan(directory);
  try {
    const { ok, text } = await ask(listenPort, path);
    process.stdout.write(text);
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
async function noteRescan(symbol) {
  const plan = readPlan(directory);
  const secrets = readSecrets(directory, plan);
  const coin = plan.coins.find((one) => one.symbol === symbol);
  const credentials = secrets.coins[coin?.symbol ?? ""];
  if (coin === void 0 || credentials === void 0)
    fail(WRONG_USAGE, `rescanned takes one of ${plan.coins.map((one) => one.symbol).join(", ")}`);
  try {
    const rpc = new ChainRpc(coin.rpcPort, credentials);
    const wallet = new Wallet(rpc, coin.address, log);
    if (!(await wallet.look()).isOurs) fail(1, `the wallet of ${coin.symbol} does not have the notary's key`);
    await wallet.label(credentials.wif, RESCANNED);
    log(`${coin.symbol}: noted`);
  } catch (failure) {
    fail(1, redactor(secrets)(failure instanceof Error ? failure.message : String(failure)));
  }
}
async function main([command, ...rest]) {
  try {
    if (command === void 0) await run();
    else if (command === "healthz" || command === "status") await askRunning(`/${command}`);
    else if (command === "rescanned") await noteRescan(rest[0]);
    else fail(WRONG_USAGE, `unknown command ${command}; there are healthz, status and rescanned`);
  } catch (failure) {
    if (failure instanceof ConfigurationError) fail(WRONG_CONFIGURATION, failure.message);
    throw failure;
  }
}
void main(process.argv.slice(2));
