import { imageName } from "../images/images";
import { docker } from "./docker";

export interface HttpAnswer {
  readonly status: number;
  /** Parsed JSON; undefined when the answer has no body. */
  readonly body: unknown;
}

const CREDENTIALS = "user:password";
const IGUANA_PORT = 7776;

/** Posts a body to a port of loopback, in the plain HTTP that Iguana takes, and prints the whole answer. */
const POST = `
const [port, body, credentials] = process.argv.slice(1);
const socket = require("net").connect(Number(port), "127.0.0.1");
const head = ["POST / HTTP/1.1", "Host: 127.0.0.1", "Content-Length: " + Buffer.byteLength(body), "Connection: close"];
if (credentials) head.push("Authorization: Basic " + Buffer.from(credentials).toString("base64"));
let answer = "";
socket.on("data", (data) => { answer += data; }).on("end", () => process.stdout.write(answer));
socket.write(head.join("\\r\\n") + "\\r\\n\\r\\n" + body);
`;

/** Mines one block after the other until the daemon is gone. */
const MINE = `
const [url, address, credentials] = process.argv.slice(1);
const headers = { authorization: "Basic " + Buffer.from(credentials).toString("base64") };
const body = JSON.stringify({ method: "generatetoaddress", params: [1, address] });
const mine = () => fetch(url, { method: "POST", headers, body }).then((answer) => answer.text()).then(mine);
mine();
`;

/** Containers that share one network and one PID namespace, as in a workload. A container with Node calls the others. */
export class TestPod {
  private readonly roles: string[] = [];

  private constructor(private readonly prefix: string) {}

  static async create(name: string): Promise<TestPod> {
    const pod = new TestPod(`dki-${name}`);
    await pod.removeRoles(["iguana", "beer", "kmd", "node", "caller", "pause"]);
    await docker("run", "--detach", "--name", pod.name("pause"), imageName("pause"));
    pod.roles.push("pause");
    await pod.start("caller", imageName("node"), ["node", "-e", "setInterval(() => {}, 1 << 30)"]);
    return pod;
  }

  name(role: string): string {
    return `${this.prefix}-${role}`;
  }

  /** Runs a command in the image of the development stack that has the role's name. */
  async run(role: string, command: readonly string[]): Promise<void> {
    await this.start(role, imageName(role), command);
  }

  async runKomodod(chain: string, rpcPort: number, flags: readonly string[]): Promise<void> {
    const directory = chain === "KMD" ? "$HOME/.komodo" : `$HOME/.komodo/${chain}`;
    const conf = `${directory}/${chain === "KMD" ? "komodo" : chain}.conf`;
    const script = [
      `mkdir -p ${directory}`,
      `printf '%s' '${confText(rpcPort)}' > ${conf}`,
      `[ -e $HOME/.komodo/komodo.conf ] || printf '%s' '${confText(7771)}' > $HOME/.komodo/komodo.conf`,
      'exec komodod "$@"',
    ].join("\n");
    await this.start(chain.toLowerCase(), imageName("komodod-regtest"), ["sh", "-c", script, "sh", ...flags]);
  }

  async runIguana(elected: string | undefined, conf?: { path: string; port: number }): Promise<void> {
    const script = ["set -e"];
    if (elected !== undefined) script.push(`printf '%s' '${elected}' > elected`);
    if (conf !== undefined) {
      script.push(
        `mkdir -p "$(dirname ${conf.path})"`,
        `printf '%s' '${confText(conf.port)}' > ${conf.path}`,
      );
    }
    script.push("exec iguana notary");
    await this.start("iguana", imageName("iguana-stand-in"), ["sh", "-c", script.join("\n")]);
  }

  async post(port: number, body: unknown, credentials = CREDENTIALS): Promise<HttpAnswer> {
    const call = [String(port), JSON.stringify(body), credentials];
    const answer = await docker("exec", this.name("caller"), "node", "-e", POST, ...call);
    const [head = "", ...rest] = answer.split(/\r?\n\r?\n/);
    const text = rest.join("\n").trim();
    const parsed: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: Number(head.split(" ")[1]), body: parsed };
  }

  /** Calls a daemon and returns the result. Rejects with the daemon's error. */
  async call(port: number, method: string, params: readonly unknown[] = []): Promise<unknown> {
    const { status, body } = await this.post(port, { method, params, id: method });
    if (typeof body !== "object" || body === null || !("result" in body)) {
      throw new Error(`${method} on port ${port}: HTTP status ${status} and no result`);
    }
    if ("error" in body && body.error !== null) throw new Error(JSON.stringify(body.error));
    return body.result;
  }

  async askIguana(call: object): Promise<unknown> {
    return (await this.post(IGUANA_PORT, call, "")).body;
  }

  async untilLoaded(port: number): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const failure = await this.call(port, "getinfo").then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) return;
      if (Date.now() > deadline) throw failure;
    }
  }

  /** Makes a daemon mine block after block until it is gone. Returns at once. */
  async mineForever(port: number, address: string): Promise<void> {
    const call = [`http://127.0.0.1:${port}/`, address, CREDENTIALS];
    await docker("exec", "--detach", this.name("caller"), "node", "-e", MINE, ...call);
  }

  async logs(role: string): Promise<string> {
    return docker("logs", this.name(role));
  }

  /** Stops a container and returns its exit code. */
  async stop(role: string, seconds: number): Promise<number> {
    await docker("stop", "-t", String(seconds), this.name(role));
    return Number(await docker("inspect", "--format", "{{.State.ExitCode}}", this.name(role)));
  }

  async remove(): Promise<void> {
    await this.removeRoles([...this.roles].reverse());
  }

  private async start(role: string, image: string, command: readonly string[]): Promise<void> {
    const pause = `container:${this.name("pause")}`;
    const shared = ["--network", pause, "--pid", pause];
    this.roles.push(role);
    await docker("run", "--detach", "--name", this.name(role), ...shared, image, ...command);
  }

  private async removeRoles(roles: readonly string[]): Promise<void> {
    const { execa } = await import("execa");
    const names = roles.map((role) => this.name(role));
    // A broken run may have left containers. It is no error when there are none.
    await execa("docker", ["rm", "--force", "--volumes", ...names], { reject: false });
  }
}

function confText(rpcPort: number): string {
  const [user, password] = CREDENTIALS.split(":");
  return `rpcuser=${user}\nrpcpassword=${password}\nrpcport=${rpcPort}\n`;
}
