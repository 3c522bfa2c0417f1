import { afterAll, beforeAll, describe, type ExpectStatic, test } from "vitest";
import { imageName, prepareImages } from "../../dev/images/images";
import { Links } from "../../dev/scenes/Links";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import type { CallArgs } from "../../platforms/platform";

/** Ports of the caller's loopback, keyed by the callee behind each. */
const PORTS = {
  draining: 7101,
  drained: 7102,
  silent: 7103,
  refusing: 7104,
  cut: 7105,
  external: 7106,
  remote: 7107,
  nobody: 7108,
};
type Callee = keyof typeof PORTS;
const DAEMON_PORT = 8923;
/** Proxies start within a second or two. */
const PATIENCE = { timeout: 20_000, interval: 500 };

interface Called {
  /** The whole answer. Empty when the connection was dropped. */
  readonly text: string;
  readonly seconds: number;
}

/**
 * The newest HAProxy, and the oldest one that an operator's image may have. All of these tests wait most of their time, and
 * each has callees of its own, so they run side by side.
 */
describe.concurrent.each([
  { image: "haproxy", name: "links" },
  { image: "oldest", name: "oldest-links" },
])("a call whose daemon is ending, with the HAProxy of the image $image,", ({ image, name }) => {
  let links: Links;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    const serves = { port: DAEMON_PORT, roles: ["iguana"] };
    const callee = (daemon: string) => ({ role: "assetchain", serves, daemon });
    const url = `http://${name}-elsewhere:${DAEMON_PORT}`;
    const to = (key: string) => {
      const workload = `${name}-${key}`;
      return { name: workload, hostname: workload, port: 7443, remote: false };
    };
    const special: Readonly<Record<string, CallArgs["to"]>> = {
      external: { url },
      // The same daemon as `silent`, by the way that a call from another host takes.
      remote: { ...to("silent"), hostname: `${name}-gateway`, remote: true },
      // The gateway exists, but the workload does not.
      nobody: { ...to("nobody"), hostname: `${name}-gateway`, remote: true },
    };
    const calls = Object.entries(PORTS).map(([key, port]) => {
      return { name: `${name}-${key}`, port, to: special[key] ?? to(key) };
    });
    links = await Links.start(name, imageName(image), {
      // This daemon finishes a long call of 15 s and refuses all others with 503. It is then away for 2 s and comes back.
      draining: callee(daemon(`drain(15000, 2000)`)),
      drained: callee(daemon(`always(503)`)),
      silent: callee(daemon(`always("silence")`)),
      refusing: callee(`setInterval(() => {}, 1000)`),
      cut: callee(daemon(`always("cut")`)),
      elsewhere: callee(daemon(`always(503)`, "0.0.0.0")),
      iguana: { role: "iguana", calls, daemon: `setInterval(() => {}, 1000)` },
    });
  });
  afterAll(() => links?.stop());

  test("is answered while the daemon works normally, and held and answered when the daemon is back", async ({
    expect,
  }) => {
    await expectWhole("draining", expect);
    const before = await links.run("draining", ASK_ATTEMPTS);
    const long = call("draining", "/long");
    await expect.poll(() => links.run("draining", ASK_ATTEMPTS), { timeout: 5000 }).not.toBe(before);
    const others = await Promise.all([call("draining"), call("draining"), call("draining")]);
    console.log(`held for ${others.map(({ seconds }) => seconds).join(", ")} s`);
    for (const { text, seconds } of [...others, await long]) {
      expect(text).toMatch(/^HTTP\/1.1 200 .*whole$/s);
      expect(seconds).toBeLessThan(25);
    }
    for (const { seconds } of others) expect(seconds).toBeGreaterThan(12);
  }, 60_000);

  test("is dropped after about 30 s without any byte of a 503, and is repeated only slowly", async ({
    expect,
  }) => {
    const held: readonly Callee[] = ["drained", "silent", "refusing", "external", "remote", "nobody"];
    // HAProxy repeats a call differently when it was begun on a kept connection, so there must be one.
    await expectWhole("remote", expect);
    const known = Number(await links.run("silent", ASK_ATTEMPTS));
    const called = await Promise.all(held.map((key) => call(key)));
    const seen = Object.fromEntries(held.map((key, index) => [key, called[index]]));
    console.log(JSON.stringify(seen));
    for (const [key, { text, seconds } = { text: "none", seconds: 0 }] of Object.entries(seen)) {
      expect(text, key).toBe("");
      expect(seconds, key).toBeGreaterThan(28);
      expect(seconds, key).toBeLessThan(key === "nobody" ? 50 : 36);
    }
    for (const [key, calls] of Object.entries({ drained: 1, silent: 2, elsewhere: 1 })) {
      const attempts = (Number(await links.run(key, ASK_ATTEMPTS)) - (key === "silent" ? known : 0)) / calls;
      expect(attempts, key).toBeGreaterThan(8);
      expect(attempts, key).toBeLessThan(14);
    }
  }, 90_000);

  test("is not repeated when its answer had begun", async ({ expect }) => {
    await expectWhole("cut", expect);
    const before = Number(await links.run("cut", ASK_ATTEMPTS));
    await call("cut");
    expect(Number(await links.run("cut", ASK_ATTEMPTS)) - before).toBe(1);
  });

  /** Waits until a callee answers a call that is always answered. Tests that run at the same time have an `expect` each. */
  async function expectWhole(callee: Callee, expect: ExpectStatic): Promise<void> {
    await expect.poll(async () => (await call(callee, "/well")).text, PATIENCE).toContain("whole");
  }

  async function call(callee: Callee, path = "/"): Promise<Called> {
    return JSON.parse(await links.run("iguana", caller(PORTS[callee], path)));
  }
});

/** JavaScript that makes one POST on a new connection, as Iguana does. */
function caller(port: number, path: string): string {
  return `
    const start = Date.now();
    let text = "";
    const socket = require("net").connect(${port}, "127.0.0.1", () => {
      socket.write("POST ${path} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\n{}");
    });
    socket.on("data", (chunk) => { text += chunk; });
    socket.on("error", () => {});
    socket.on("close", () => console.log(JSON.stringify({ text, seconds: (Date.now() - start) / 1000 })));`;
}

/** JavaScript that prints how many requests a daemon has received. */
const ASK_ATTEMPTS = `
  require("http").get("http://127.0.0.1:9999", (answer) => answer.on("data", (chunk) => process.stdout.write(chunk)));`;

/** JavaScript of a daemon with a given behaviour. It keeps connections open, as a coin daemon does. */
function daemon(behaviour: string, address = "127.0.0.1"): string {
  return `
    const http = require("http");
    let attempts = 0, answer;
    const whole = (response) => response.end("whole");
    const refuse = (response) => { response.writeHead(503); response.end("draining"); };
    const always = (what) => {
      answer = (request, response) => {
        if (request.url === "/well") return whole(response);
        if (what === 503) return refuse(response);
        if (what === "silence") return request.socket.destroy();
        response.writeHead(200, { "Content-Length": 1000 });
        response.write("begun");
        setTimeout(() => request.socket.destroy(), 100);
      };
    };
    const drain = (milliseconds, away) => {
      let isEnding = false;
      answer = (request, response) => {
        if (request.url !== "/long") return isEnding ? refuse(response) : whole(response);
        isEnding = true;
        setTimeout(() => {
          whole(response);
          server.close();
          server.closeAllConnections();
          setTimeout(() => { isEnding = false; listen(); }, away);
        }, milliseconds);
      };
    };
    let server;
    const listen = () => {
      server = http.createServer((request, response) => { attempts++; request.resume(); answer(request, response); });
      server.listen(${DAEMON_PORT}, "${address}");
    };
    ${behaviour};
    listen();
    http.createServer((_, response) => response.end(String(attempts))).listen(9999, "127.0.0.1");`;
}
