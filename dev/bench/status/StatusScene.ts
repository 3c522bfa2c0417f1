import { sshOptions } from "../../../platforms/docker/host";
import { createSpanningStack, hostConfig } from "../../scenes/spanning";
import type { TestStack } from "../../scenes/TestStack";
import type { TestHosts } from "../../standIns/hosts/TestHosts";
import { chainList, symbols } from "../chainList";

const NOTARY = "look";
/** A daemon that does nothing and answers nothing. The hosts share this machine, and it is not daemons that are measured. */
const IDLE = ["sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait", "--"];

/** How the operator's machine reaches the hosts. */
export type Way = "sockets" | "ssh";

/** A stack with one notary that runs on hosts. */
export class StatusScene {
  private constructor(
    readonly stack: TestStack,
    private readonly hosts: TestHosts,
    private readonly names: readonly string[],
  ) {}

  /** Brings up a notary whose chains are spread over hosts evenly. */
  static async start(hosts: TestHosts, names: readonly string[], chains: number): Promise<StatusScene> {
    // LTC stands alone; KMD is notarised to it.
    const [kmd = "", ltc = "", ...others] = symbols(Math.max(2, chains));
    const placed = [ltc, kmd, ...others].slice(0, chains);
    const placement = placed.map((symbol, index) => [symbol, names[index % names.length] ?? ""] as const);
    const stack = await createSpanningStack(NOTARY, hosts, Object.fromEntries(placement));
    stack.writeFile("assetchains.yaml", chainList(Math.max(2, chains)));
    stack.changeHosts((all) => all.slice(0, names.length));
    stack.changeNotary((notary) => {
      delete notary["dest"];
    });
    for (const daemon of ["komodod", "litecoind"]) stack.changeDaemon(daemon, { command: IDLE });
    const scene = new StatusScene(stack, hosts, names);
    try {
      await stack.up();
      return scene;
    } catch (error) {
      stack.forget();
      throw error;
    }
  }

  /** Writes into the stack's config how the hosts are reached. What runs stays as it is. */
  reachBy(way: Way): void {
    this.stack.writeConfig({
      "dokomodo:hosts": this.names.map((name) => {
        const host = this.hosts.host(name);
        return { ...hostConfig(host), docker: way === "ssh" ? host.docker : `unix://${host.socket}` };
      }),
    });
  }

  /** Ends the connections that later ssh commands would share, so that the next ones log in. */
  async logOut(): Promise<void> {
    const { execa } = await import("execa");
    const { knownHosts, identity } = this.hosts;
    const ended = this.names.map((name) => {
      const { docker, address } = this.hosts.host(name);
      const options = sshOptions({ name, docker, ssh: { knownHosts, identity } });
      // ssh fails if there is nothing to end.
      return execa("ssh", [...options, "-l", "root", "-O", "exit", "--", address], { reject: false });
    });
    await Promise.all(ended);
  }

  /** Removes the stack and all that runs on the hosts. */
  async end(): Promise<void> {
    this.stack.forget();
    await Promise.all(this.names.map((name) => this.hosts.wipe(name)));
  }
}
