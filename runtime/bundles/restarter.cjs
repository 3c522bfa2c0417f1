// Generated from runtime/restarter by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated

// runtime/restarter/main.ts
var import_node_fs2 = require("node:fs");
var import_promises = require("node:timers/promises");

// runtime/bootClock.ts
var import_node_fs = require("node:fs");
function kernelClock() {
  return {
    bootId: (0, import_node_fs.readFileSync)("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    // Not performance.now(), which stands still while the machine is suspended and others go on.
    seconds: () => Number((0, import_node_fs.readFileSync)("/proc/uptime", "utf8").split(" ", 1)[0])
  };
}

// runtime/restarter/engine.ts
var import_node_http = require("node:http");
var Unreachable = class extends Error {
};
var Engine = class {
  constructor(socketPath) {
    this.socketPath = socketPath;
  }
  /** Containers with the label that have ended. */
  async ended(label) {
    const filters = encodeURIComponent(JSON.stringify({ label: [label], status: ["exited"] }));
    return JSON.parse(await this.call("GET", `/containers/json?all=true&filters=${filters}`));
  }
  async inspect(id) {
    return JSON.parse(await this.call("GET", `/containers/${id}/json`));
  }
  async start(id) {
    await this.call("POST", `/containers/${id}/start`);
  }
  /** The answer's body; rejects with the engine's own words where it refuses. */
  call(method, path) {
    return new Promise((resolve, reject) => {
      const fail = (error) => reject(new Unreachable(`the Docker Engine: ${error.message}`));
      const sent = (0, import_node_http.request)({ socketPath: this.socketPath, method, path, timeout: 3e4 }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("error", fail);
        answer.on("end", () => {
          const body = Buffer.concat(chunks).toString();
          if ((answer.statusCode ?? 500) < 400) resolve(body);
          else reject(new Error(body.trim()));
        });
      });
      sent.on("timeout", () => sent.destroy(new Error("no answer in 30 s")));
      sent.on("error", fail);
      sent.end();
    });
  }
};

// runtime/restarter/Recovery.ts
var FIRST_PAUSE = 1;
var LONGEST_PAUSE = 30;
var Recovery = class {
  constructor(engine, label, now, log2) {
    this.engine = engine;
    this.label = label;
    this.now = now;
    this.log = log2;
    this.failures = /* @__PURE__ */ new Map();
  }
  /** One look at all that has ended. What cannot be started keeps no other from it. */
  async round() {
    const ended = await this.engine.ended(this.label);
    const ids = new Set(ended.map(({ Id }) => Id));
    for (const id of this.failures.keys()) if (!ids.has(id)) this.failures.delete(id);
    for (const container of ended) {
      if (!this.isDue(container.Id)) continue;
      try {
        await this.recover(container);
      } catch (error) {
        if (error instanceof Unreachable) throw error;
        this.note(container, error instanceof Error ? error.message : String(error));
      }
    }
  }
  async recover(container) {
    const { State, HostConfig } = await this.engine.inspect(container.Id);
    if (State.Running || State.Error === "") return;
    const [, holder] = /^container:(.+)$/.exec(HostConfig.NetworkMode) ?? [];
    if (holder !== void 0 && !(await this.engine.inspect(holder)).State.Running) return;
    await this.engine.start(container.Id);
    this.failures.delete(container.Id);
    this.log(`${nameOf(container)}: started again; Docker had given it up: ${State.Error}`);
  }
  isDue(id) {
    const failure = this.failures.get(id);
    return failure === void 0 || this.now() - failure.at >= failure.pause;
  }
  note(container, why) {
    const before = this.failures.get(container.Id);
    const pause = before === void 0 ? FIRST_PAUSE : Math.min(2 * before.pause, LONGEST_PAUSE);
    this.failures.set(container.Id, { why, pause, at: this.now() });
    if (before?.why !== why) this.log(`${nameOf(container)}: cannot be started, and is tried again: ${why}`);
  }
};
function nameOf({ Names: [name = ""] }) {
  return name.replace(/^\//, "");
}

// runtime/restarter/main.ts
var POLL_MILLISECONDS = 1e3;
var WITHOUT_ENGINE_SECONDS = 15;
var ANSWERED = "/tmp/answered";
var HEALTHY_SECONDS = 45;
async function main([socketPath, label]) {
  if (socketPath === "healthz") return healthz();
  if (socketPath === void 0 || label === void 0) throw new Error("usage: restarter SOCKET LABEL");
  const clock = kernelClock();
  const recovery = new Recovery(new Engine(socketPath), label, () => clock.seconds(), log);
  let answeredAt = clock.seconds();
  let trouble = "";
  for (; ; ) {
    const told = await recovery.round().then(
      () => "",
      (error) => error instanceof Error ? error.message : String(error)
    );
    if (told !== trouble && told !== "") log(told);
    trouble = told;
    if (told === "") {
      answeredAt = clock.seconds();
      (0, import_node_fs2.writeFileSync)(ANSWERED, "");
    } else if (clock.seconds() - answeredAt > WITHOUT_ENGINE_SECONDS) {
      log("ends, so that it is started again with the engine's present socket");
      process.exit(1);
    }
    await (0, import_promises.setTimeout)(POLL_MILLISECONDS);
  }
}
function healthz() {
  const age = (Date.now() - (0, import_node_fs2.statSync)(ANSWERED).mtimeMs) / 1e3;
  if (age < HEALTHY_SECONDS) return;
  process.stderr.write(`the Docker Engine has not answered for ${age.toFixed(0)} s
`);
  process.exitCode = 1;
}
function log(line) {
  process.stdout.write(`${(/* @__PURE__ */ new Date()).toISOString()} ${line}
`);
}
process.on("SIGTERM", () => process.exit(0));
main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}
`);
  process.exit(64);
});
