/** A crowd that opens connections to one port and never says who it is. */
export interface Crowd {
  readonly address: string;
  readonly port: number;
  /** The server name in its ClientHello. When absent, it sends nothing at all. */
  readonly name?: string | undefined;
  readonly connections: number;
  /** How many dropped connections it opens again each second, at most. */
  readonly again: number;
}

/** JavaScript that runs crowds for `seconds`, as a job on standard input says, and then prints how many connections each had. */
export const STRANGERS = `
  const net = require("net"), tls = require("tls"), { Duplex } = require("stream");
  const hello = (servername) => new Promise((resolve) => {
    const socket = new Duplex({ read() {}, write: (chunk, _, done) => { resolve(chunk); done(); } });
    tls.connect({ socket, servername, minVersion: "TLSv1.3" }).on("error", () => {});
  });
  let input = "";
  process.stdin.on("data", (chunk) => { input += chunk; }).on("end", async () => {
    const { crowds, seconds } = JSON.parse(input);
    const tallies = await Promise.all(crowds.map(async ({ address, port, name, connections, again }) => {
      const words = name === undefined ? undefined : await hello(name);
      const tally = { open: 0, most: 0, opened: 0 };
      const join = () => {
        tally.open++;
        const socket = net.connect(port, address, () => {
          tally.opened++;
          tally.most = Math.max(tally.most, tally.open);
          if (words !== undefined) socket.write(words);
        });
        socket.on("data", () => {}).on("error", () => {}).on("close", () => { tally.open--; });
      };
      for (let index = 0; index < connections; index++) join();
      setInterval(() => {
        for (let left = Math.min(connections - tally.open, again / 10); left > 0; left--) join();
      }, 100);
      return tally;
    }));
    setTimeout(() => { console.log(JSON.stringify(tallies)); process.exit(); }, seconds * 1000);
  });`;

/** The result of a series of calls, each on its own connection. */
export interface Calls {
  readonly made: number;
  readonly failed: number;
  /** Calls that took more than a second. */
  readonly slow: number;
  /** Milliseconds of the slowest call. */
  readonly slowest: number;
}

/**
 * Share of calls that may be slow beside a crowd, and the most milliseconds of any. Other tests stop a busy machine for a
 * second or two, which makes the calls of that moment slow. A crowd that is in the way makes them slow all the time.
 */
export const BEARABLE = { slowShare: 0.05, slowest: 5000 };

/**
 * JavaScript that calls each of some ports of its own loopback four times a second for `seconds`, as Iguana does. A refusal
 * for lack of a password also counts as an answer. It ends with the last answer. What has no answer after 15 s has failed.
 */
export const STEADY_CALLS = `
  const net = require("net");
  let input = "";
  process.stdin.on("data", (chunk) => { input += chunk; }).on("end", () => {
    const { ports, seconds } = JSON.parse(input);
    const calls = { made: 0, failed: 0, slow: 0, slowest: 0 };
    let open = 0, isOver = false;
    const end = () => { console.log(JSON.stringify(calls)); process.exit(); };
    const call = (port) => {
      const start = Date.now();
      let text = "";
      open++;
      const body = '{"id":"crowd","method":"getblockcount","params":[]}';
      const socket = net.connect(port, "127.0.0.1", () => {
        socket.write("POST / HTTP/1.0\\r\\nContent-Length: " + body.length + "\\r\\n\\r\\n" + body);
      });
      socket.on("data", (chunk) => { text += chunk; }).on("error", () => {}).on("close", () => {
        calls.made++;
        if (!text.startsWith("HTTP/")) calls.failed++;
        const took = Date.now() - start;
        if (took > 1000) calls.slow++;
        calls.slowest = Math.max(calls.slowest, took);
        open--;
        if (isOver && open === 0) end();
      });
    };
    const timer = setInterval(() => ports.forEach(call), 250);
    setTimeout(() => {
      clearInterval(timer);
      isOver = true;
      if (open === 0) end();
    }, seconds * 1000);
    setTimeout(() => { calls.made += open; calls.failed += open; end(); }, seconds * 1000 + 15000);
  });`;
