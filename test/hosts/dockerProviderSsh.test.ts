import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { Container, Network, Provider, type ProviderArgs, Volume } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Bench, docker, failure, idOf, image, prefix, run, sleeping } from "../containers/dockerStack";
import { SshServer } from "./SshServer";

let bench: Bench;
let server: SshServer;
beforeAll(async () => {
  [bench, server] = await Promise.all([Bench.open(), SshServer.open()]);
});
afterEach(async () => {
  expect(await server.clients()).toEqual([]);
  await expect.poll(() => server.connections(), { timeout: 5000 }).toEqual([]);
});
afterAll(async () => {
  await bench.close();
  await server.close();
});

interface WorkloadArgs {
  readonly memory?: number;
  readonly label?: string;
  readonly provider?: ProviderArgs;
}

const large = randomBytes(250_000).toString("hex");

/** A program with a container, a network, a volume and files, on an engine that is reached over ssh. */
function workload({
  memory = 64,
  label = "one",
  provider: args,
}: WorkloadArgs = {}): pulumi.automation.PulumiFn {
  return async () => {
    const provider = new Provider("there", { host: server.url(), sshOpts: server.options(), ...args });
    const network = new Network("net", { name: `${prefix}over-ssh` }, { provider });
    const volume = new Volume("data", { name: `${prefix}over-ssh` }, { provider });
    new Container(
      "daemon",
      {
        name: `${prefix}over-ssh`,
        image,
        command: sleeping,
        memory,
        memorySwap: memory,
        destroyGraceSeconds: 10,
        networksAdvanced: [{ name: network.name }],
        mounts: [{ type: "volume", source: volume.name, target: "/data" }],
        labels: [{ label: "which", value: label }],
        uploads: [
          { file: "/run/large", content: large },
          { file: "/run/secret", content: pulumi.secret("canary-5d1c"), permissions: "0400" },
        ],
      },
      { provider },
    );
  };
}

describe("a container on a host that is reached over ssh", () => {
  test("comes up with its network, its volume and its files", async () => {
    const stack = await bench.stack("life", workload());
    expect((await stack.up()).summary.resourceChanges).toEqual({ create: 5 });
    const sum = createHash("sha256").update(large).digest("hex");
    expect(await run(`${prefix}over-ssh`, "sha256sum", "/run/large")).toBe(`${sum}  /run/large`);
    expect(await run(`${prefix}over-ssh`, "cat", "/run/secret")).toBe("canary-5d1c");
    expect(await run(`${prefix}over-ssh`, "stat", "-c", "%a", "/run/secret")).toBe("400");
    expect(bench.written()).not.toContain("canary-5d1c");
  });

  test("has no more changes, and a preview without changes does not contact the host", async () => {
    const stack = await bench.stack("life", workload());
    await stack.refresh({ expectNoChanges: true });
    const before = server.logins();
    expect(before).toBeGreaterThan(0);
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 5 });
    await stack.preview({ expectNoChanges: true });
    expect(server.logins()).toBe(before);
  });

  test("is changed while it runs", async () => {
    const before = await idOf("over-ssh");
    const stack = await bench.stack("life", workload({ memory: 96 }));
    expect((await stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 4 });
    expect(await idOf("over-ssh")).toBe(before);
    expect((await docker.getContainer(before).inspect()).HostConfig.Memory).toBe(96 * 1024 * 1024);
  });

  test("is replaced", async () => {
    const before = await idOf("over-ssh");
    const stack = await bench.stack("life", workload({ memory: 96, label: "two" }));
    expect((await stack.up()).summary.resourceChanges).toEqual({ replace: 1, same: 4 });
    expect(await idOf("over-ssh")).not.toBe(before);
  });

  test("is not replaced when its host's address changes, because the provider is updated in place", async () => {
    const before = await idOf("over-ssh");
    const sshOpts = [...server.options(), "-o", "ServerAliveInterval=5"];
    for (const provider of [{ sshOpts }, { sshOpts, host: server.url().replace("127.0.0.1", "localhost") }]) {
      const stack = await bench.stack("life", workload({ memory: 96, label: "two", provider }));
      expect((await stack.preview()).changeSummary).toEqual({ update: 1, same: 4 });
      expect((await stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 4 });
      await stack.refresh({ expectNoChanges: true });
    }
    expect(await idOf("over-ssh")).toBe(before);
  });

  test("is removed, with its network and volume", async () => {
    await (await bench.stack("life", workload())).destroy();
    expect(await failure(idOf("over-ssh"))).toContain("No such container");
    expect(await failure(docker.getVolume(`${prefix}over-ssh`).inspect())).toContain("no such volume");
  });
});

describe("a host that cannot be reached is explained by what ssh said:", () => {
  const said = async (host: string, sshOpts: string[]) => {
    const stack = await bench.stack("refused", async () => {
      const provider = new Provider("there", { host, sshOpts });
      new Volume("v", { name: `${prefix}refused` }, { provider });
    });
    const about = `volume ${prefix}refused: cannot be created: cannot reach the Docker Engine at ${host}: `;
    const output = await failure(stack.up());
    expect(output).toContain(about);
    return output.slice(output.indexOf(about) + about.length).split("\n", 1)[0];
  };
  const port = (host: string) => host.split(":").at(-1);

  test("its key is not known", async () => {
    const host = server.url();
    expect(await said(host, server.options({ knownHosts: "no_hosts" }))).toBe(
      `No ED25519 host key is known for [127.0.0.1]:${port(host)} and you have requested strict checking. ` +
        "Host key verification failed.",
    );
  });

  test("its key is another one", async () => {
    const host = server.url();
    expect(await said(host, server.options({ knownHosts: "other_hosts" }))).toBe(
      `Host key for [127.0.0.1]:${port(host)} has changed and you have requested strict checking. ` +
        "Host key verification failed.",
    );
  });

  test("it refuses this key", async () => {
    expect(await said(server.url(), server.options({ key: "strange_key" }))).toMatch(
      /^\w+@127\.0\.0\.1: Permission denied \(publickey\)\.$/,
    );
  });

  test("it has no docker command", async () => {
    expect(await said(server.url("withoutDocker"), server.options())).toMatch(
      /docker: (command )?not found$/,
    );
  });

  test("there is no engine at the URL's path", async () => {
    expect(await said(`${server.url()}/nowhere.sock`, server.options())).toMatch(
      /dial unix \/nowhere\.sock: connect: no such file or directory/,
    );
  });

  test("nothing listens there", async () => {
    const host = server.url("closed");
    expect(await said(host, server.options())).toBe(
      `ssh: connect to host 127.0.0.1 port ${port(host)}: Connection refused`,
    );
  });

  test("its sshd has too many connections already", async () => {
    await using front = await Front.open((socket) => socket.destroy());
    expect(await said(front.host, server.options())).toMatch(
      /^Connection (closed|reset) by 127\.0\.0\.1 port \d+\. With many connections at once .* \(MaxStartups\)/,
    );
  });

  test("it sends nothing within the time that sshOpts allow", async () => {
    await using front = await Front.open((socket) => socket.resume());
    const began = Date.now();
    expect(await said(front.host, ["-o", "ConnectTimeout=2", ...server.options()])).toBe(
      `Connection to 127.0.0.1 port ${port(front.host)} timed out`,
    );
    expect(Date.now() - began).toBeLessThan(15_000);
  });
});

/** A server that stands in for an sshd. */
class Front implements AsyncDisposable {
  private constructor(
    private readonly server: Server,
    readonly host: string,
  ) {}

  static async open(answer: (socket: Socket) => void): Promise<Front> {
    const server = createServer(answer).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return new Front(server, `ssh://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await once(this.server.close(), "close");
  }
}
