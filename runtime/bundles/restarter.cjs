// Generated from runtime/restarter by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated

var import_node_fs3 = require("node:fs");
var import_promises = require("node:timers/promises");

var import_node_fs = require("node:fs");
function kernelClock() {
  return {
    bootId: (0, import_node_fs.readFileSync)("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    // performance.now() would stand still while the machine is suspended, and other machines go on.
    seconds: () => Number((0, import_node_fs.readFileSync)("/proc/uptime", "utf8").split(" ", 1)[0])
  };
}

var import_node_http = require("node:http");
var Unreachable = class extends Error {
};
var Engine = class {
  constructor(socketPath) {
    this.socketPath = socketPath;
  }
  /** The containers with the label that have ended. */
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
  /** The answer's body. Rejects with the engine's own words where the engine refuses. */
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

var import_node_fs2 = require("node:fs");
var import_node_os = require("node:os");
function readHostValues() {
  const text = (0, import_node_fs2.readFileSync)("/proc/meminfo", "utf8");
  const bytes = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]);
  const disk = typeof import_node_fs2.statfsSync === "function" ? (0, import_node_fs2.statfsSync)("/") : void 0;
  return {
    memory: { totalBytes: bytes("MemTotal"), availableBytes: bytes("MemAvailable") },
    disk: disk && { totalBytes: disk.blocks * disk.bsize, freeBytes: disk.bavail * disk.bsize },
    cores: (0, import_node_os.cpus)().length,
    load: (0, import_node_os.loadavg)()[0] ?? 0
  };
}

var FIRST_PAUSE = 1;
var LONGEST_PAUSE = 30;
var Recovery = class {
  constructor(args) {
    this.args = args;
    this.failures = /* @__PURE__ */ new Map();
  }
  /** Looks once at all containers that have ended. One that cannot be started does not keep the others down. */
  async round() {
    const ended = await this.args.engine.ended(this.args.label);
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
    const { engine, log: log2 } = this.args;
    const { State, HostConfig } = await engine.inspect(container.Id);
    if (State.Running || State.Error === "") return;
    const [, pause] = /^container:(.+)$/.exec(HostConfig.NetworkMode) ?? [];
    if (pause !== void 0 && !(await engine.inspect(pause)).State.Running) return;
    await engine.start(container.Id);
    this.failures.delete(container.Id);
    log2(`${nameOf(container)}: started again; Docker had given it up: ${State.Error}`);
  }
  isDue(id) {
    const failure = this.failures.get(id);
    return failure === void 0 || this.args.now() - failure.at >= failure.pause;
  }
  note(container, why) {
    const before = this.failures.get(container.Id);
    const pause = before === void 0 ? FIRST_PAUSE : Math.min(2 * before.pause, LONGEST_PAUSE);
    this.failures.set(container.Id, { why, pause, at: this.args.now() });
    if (before?.why !== why)
      this.args.log(`${nameOf(container)}: could not be started, and will be tried again: ${why}`);
  }
};
function nameOf({ Names: [name = ""] }) {
  return name.replace(/^\//, "");
}

var POLL_MILLISECONDS = 1e3;
var WITHOUT_ENGINE_SECONDS = 15;
var ANSWERED = "/tmp/answered";
var HEALTHY_SECONDS = 45;
async function main([socketPath, label]) {
  if (socketPath === "healthz") return healthz();
  if (socketPath === void 0 || label === void 0)
    throw new Error("usage: node restarter.cjs SOCKET LABEL");
  const clock = kernelClock();
  const recovery = new Recovery({
    engine: new Engine(socketPath),
    label,
    now: () => clock.seconds(),
    log
  });
  let answeredAt = clock.seconds();
  let lastTrouble = "";
  for (; ; ) {
    const trouble = await recovery.round().then(
      () => "",
      (error) => error instanceof Error ? error.message : String(error)
    );
    if (trouble !== lastTrouble && trouble !== "") log(trouble);
    lastTrouble = trouble;
    if (trouble === "") {
      answeredAt = clock.seconds();
      (0, import_node_fs3.writeFileSync)(ANSWERED, "");
    } else if (clock.seconds() - answeredAt > WITHOUT_ENGINE_SECONDS) {
      log(
        "ends because the engine does not answer; Docker starts it again, with the engine's present socket"
      );
      process.exit(1);
    }
    await (0, import_promises.setTimeout)(POLL_MILLISECONDS);
  }
}
function healthz() {
  tellHostValues();
  const age = (Date.now() - (0, import_node_fs3.statSync)(ANSWERED).mtimeMs) / 1e3;
  if (age < HEALTHY_SECONDS) return;
  process.stderr.write(`the Docker Engine has not answered for ${age.toFixed(0)} s
`);
  process.exitCode = 1;
}
function tellHostValues() {
  try {
    process.stdout.write(`${JSON.stringify(readHostValues())}
`);
  } catch {
  }
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
