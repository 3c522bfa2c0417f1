import Table from "cli-table3";
import { Command, Option } from "commander";
import { stringify } from "yaml";
import { type Options, POOL_BY_HAND, poolOption, run, say } from "../byHand";
import { clearPool } from "./clear";
import { namespacesOf } from "./network";
import { poolOf, type TestHost } from "./pool";
import { type EngineKind, TestHosts } from "./TestHosts";

const HELP = `
Starts real Docker hosts on this one machine, so that you can try a stack on several hosts. Each host is a network
namespace with an address, a Docker Engine that has the development stack's images, and an SSH server that lets root log
in. The machine itself stands for the operator's machine. You need root, Debian or Ubuntu, and dockerd.

  npm run hosts -- up alpha beta gamma     starts three hosts and prints how to reach them, and their yaml for a stack
  npm run hosts -- down                    ends the hosts and removes all that was made for them

To look around, use the names that \`up\` prints (\`dkm${POOL_BY_HAND}\` is the namespace of the bridge):

  nsenter --net=/run/netns/dkm${POOL_BY_HAND}-alpha tcpdump -ni eth0      shows the packets of one host
  nsenter --net=/run/netns/dkm${POOL_BY_HAND} tcpdump -ni bridge          shows the packets between all hosts
  ip -n dkm${POOL_BY_HAND} link set to-alpha down                         cuts a host off; the same with \`up\` reconnects it
`;

interface UpOptions extends Options {
  readonly engine: EngineKind;
}

async function up(names: readonly string[], { pool, engine }: UpOptions): Promise<void> {
  say(describe(await TestHosts.start([...new Set(names)], { pool, engine, stay: true })));
}

async function down({ pool: number }: Options): Promise<void> {
  const pool = poolOf(number);
  const start = `${pool.prefix}-`;
  const names = (await namespacesOf(pool))
    .filter((name) => name.startsWith(start))
    .map((name) => name.slice(start.length));
  await clearPool(pool);
  say(names.length > 0 ? `Ended ${names.sort().join(", ")}.` : `Pool ${number} has no hosts.`);
}

function describe(hosts: TestHosts): string {
  const { knownHosts, identity } = hosts;
  const all = Object.values(hosts.hosts);
  const table = new Table({
    head: ["host", "docker", "socket", "namespace"],
    style: { head: [], border: [] },
  });
  for (const { name, docker, socket, namespace } of all) table.push([name, docker, socket, namespace]);
  const [first] = all;
  const key = `-i ${identity} -o UserKnownHostsFile=${knownHosts} -o IdentitiesOnly=yes`;
  return `
${table.toString()}

To try the first host:
  ssh ${key} root@${first?.address} docker info

For the config of a stack:
${stringify({
  "dokomodo:hosts": all.map(yamlOf),
  "dokomodo:ssh": { knownHosts, identity },
}).trimEnd()}
`;
}

function yamlOf({ name, docker, address, socket }: TestHost): object {
  return { name, docker, address, socket };
}

const pool = poolOption("the hosts' addresses, 10.99.<pool>.0/24 if nothing else uses that range");
const engine = new Option(
  "--engine <engine>",
  "debian is the machine's own dockerd; current is a newer one that is built once",
)
  .choices(["debian", "current"])
  .default("debian");
const program = new Command("npm run hosts --").addHelpText("after", HELP);
program
  .command("up")
  .description("start hosts, which run until you end them")
  .argument("<names...>", "names of the hosts, such as alpha beta gamma")
  .addOption(pool)
  .addOption(engine)
  .action(up);
program
  .command("down")
  .description("end the hosts and remove all that was made for them")
  .addOption(pool)
  .action(down);
run(program);
