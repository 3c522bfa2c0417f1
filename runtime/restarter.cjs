// Generated from runtime/restarter by `npm run build:runtime`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated

// runtime/restarter/main.ts
var import_promises = require("node:timers/promises");

// runtime/restarter/engine.ts
var import_node_http = require("node:http");
var Engine = class {
  constructor(socketPath) {
    this.socketPath = socketPath;
  }
  /** Containers with the label that have ended. */
  async ended(label) {
    const filters = encodeURIComponent(JSON.stringify({ label: [label], status: ["exited"] }));
    return JSON.parse(await this.call("GET", `/containers/json?all=true&filters=${filters}`));
  }
  /** Why the engine could not start the container when it tried last; empty where it could. */
  async startError(id) {
    const inspected = JSON.parse(
      await this.call("GET", `/containers/${id}/json`)
    );
    return inspected.State.Error;
  }
  async start(id) {
    await this.call("POST", `/containers/${id}/start`);
  }
  /** The answer's body; rejects with the engine's own words where it refuses. */
  call(method, path) {
    return new Promise((resolve, reject) => {
      const sent = (0, import_node_http.request)({ socketPath: this.socketPath, method, path, timeout: 3e4 }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const body = Buffer.concat(chunks).toString();
          if ((answer.statusCode ?? 500) < 400) resolve(body);
          else reject(new Error(body.trim()));
        });
      });
      sent.on("timeout", () => sent.destroy(new Error("the Docker Engine does not answer")));
      sent.on("error", reject);
      sent.end();
    });
  }
};

// runtime/restarter/main.ts
var GIVEN_UP = /cannot join network|cannot join PID|is restarting, wait until|non running container/;
var POLL_MILLISECONDS = 1e3;
async function main([socketPath, label]) {
  if (socketPath === void 0 || label === void 0) throw new Error("usage: restarter SOCKET LABEL");
  const engine = new Engine(socketPath);
  let trouble = "";
  for (; ; ) {
    const told = await round(engine, label).then(
      () => "",
      (error) => error instanceof Error ? error.message : String(error)
    );
    if (told !== trouble && told !== "") console.log(told);
    trouble = told;
    await (0, import_promises.setTimeout)(POLL_MILLISECONDS);
  }
}
async function round(engine, label) {
  for (const container of await engine.ended(label)) {
    const error = await engine.startError(container.Id);
    if (!GIVEN_UP.test(error)) continue;
    await engine.start(container.Id);
    console.log(`${nameOf(container)}: started again; Docker had given it up: ${error}`);
  }
}
function nameOf({ Names: [name = ""] }) {
  return name.replace(/^\//, "");
}
process.on("SIGTERM", () => process.exit(0));
main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(64);
});
