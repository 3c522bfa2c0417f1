import { readFileSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import { z } from "zod";
import { LONGEST_GRACE_SECONDS } from "../../chains/daemons";
import { dockerHosts } from "../../config/rules/hosts";
import { hostSchema, sshSchema } from "../../config/schema/schema";
import { processUids } from "../../config/uids";
import { ProblemsError } from "../../input/problem";
import { checkShape } from "../../input/shape";
import { YamlSource } from "../../input/source";
import type { DockerEndpoint } from "../../platforms/docker/host";
import { type Login, loginsWith } from "../../platforms/docker/logins";
import { probe } from "../../platforms/docker/preflight";
import { serviceStopSeconds } from "../../platforms/docker/service";
import { type ExportedState, exportedState, forgetHost } from "../forgetHost";
import { runPulumi } from "../pulumi";
import { chooseStack } from "../stack";

/** Beyond the longest grace: what pause adds to it, and what the engine takes for itself. */
const ENGINE_MARGIN_SECONDS = 60;

interface HostsOptions {
  readonly stack?: string;
}

interface ForgetOptions extends HostsOptions {
  readonly yes?: true;
  readonly force?: true;
}

/** `dokomodo hosts`: whether each host of a stack can be worked on, and how one that is lost leaves the stack. */
export function hostsCommand(): Command {
  return new Command("hosts")
    .description("see whether the stack's hosts answer")
    .option("--stack <stack>", "the stack, where there are several")
    .action(async ({ stack }: HostsOptions) => {
      const source = readSource(chooseStack({ asked: stack }).file);
      const hosts = readEndpoints(source);
      if (hosts.length === 0) {
        process.stdout.write("The stack has no Docker host. pulumi preview looks at its cluster first.\n");
        return;
      }
      const problems = await Promise.all(hosts.map(probe));
      const table = new Table({ head: ["host", "docker", ""], style: { head: [], border: [] } });
      for (const [index, { name, docker }] of hosts.entries()) {
        table.push([name, docker, problems[index] === undefined ? "answers" : "does not answer, see below"]);
      }
      process.stdout.write(`${table.toString()}\n`);
      const reached = hosts.filter((_, index) => problems[index] === undefined);
      const uids = processUids(source);
      const seen = reached.map(async (host) => {
        const [seconds, logins] = await Promise.all([serviceStopSeconds(host), loginsWith(uids, host)]);
        return [stopWarning(host.name, seconds), loginWarning(host.name, logins)];
      });
      for (const warning of (await Promise.all(seen)).flat()) {
        if (warning !== undefined) process.stdout.write(`${warning}\n`);
      }
      const told = problems.filter((problem) => problem !== undefined);
      if (told.length > 0) throw new Error(told.join("\n"));
    })
    .addCommand(forgetCommand());
}

/**
 * What there is to say of a service that systemd would kill before the daemons of its containers have ended.
 * @param seconds that systemd waits; undefined where that cannot be told
 */
export function stopWarning(host: string, seconds: number | undefined): string | undefined {
  const needed = LONGEST_GRACE_SECONDS + ENGINE_MARGIN_SECONDS;
  if (seconds === undefined)
    return (
      `Host ${host}: how long its Docker Engine may take to stop is not known. If systemd starts it there, ` +
      `docker.service needs TimeoutStopSec=${needed}.`
    );
  if (seconds >= needed) return undefined;
  return (
    `Warning: host ${host}: systemd kills the Docker Engine ${seconds} s after it told it to stop, and a daemon may need ` +
    `${LONGEST_GRACE_SECONDS} s to write what it holds. A restart of Docker or of the machine could damage its data. Run ` +
    "`sudo systemctl edit docker.service` there, add these two lines, and run this again:\n" +
    `  [Service]\n  TimeoutStopSec=${needed}`
  );
}

/** What there is to say of logins that have a uid of the stack's processes; see docs/security.md. */
export function loginWarning(host: string, logins: readonly Login[]): string | undefined {
  if (logins.length === 0) return undefined;
  const named = logins.map(({ name, uid }) => `${name} (uid ${uid})`).join(", ");
  return (
    `Warning: host ${host}: processes of the stack may have the uid of a login there: ${named}. Such a login sees none of ` +
    "their secrets, but can end them by a signal. Give it another uid (`sudo usermod --uid …`), or keep it off this host."
  );
}

function forgetCommand(): Command {
  return new Command("forget")
    .description("take a host that is lost, and what ran on it, out of the stack's state")
    .argument("<host>")
    .option("--stack <stack>", "the stack, where there are several")
    .option("--yes", "do it without a look at what it would be")
    .option("--force", "even though the host answers; what runs there goes on, unknown to the stack")
    .action(async (host: string, options: ForgetOptions) => {
      const { name, file } = chooseStack({ asked: options.stack });
      const endpoint = readEndpoints(readSource(file)).find((candidate) => candidate.name === host);
      if (endpoint !== undefined && options.force !== true && (await probe(endpoint)) === undefined) {
        throw new Error(
          `host ${host} answers. Place its chains elsewhere in ${file} and run pulumi up, which removes them there; --force forgets it all the same, and leaves them running`,
        );
      }
      const { state, forgotten } = forgetHost(
        parseState(await runPulumi(["stack", "export"], { stack: name })),
        host,
      );
      if (forgotten.length === 0)
        throw new Error(`the state of stack ${name} knows nothing of a host ${host}`);
      process.stdout.write(
        `${forgotten.map((urn) => `  ${urn.split("::").slice(2).join(" ")}`).join("\n")}\n`,
      );
      if (options.yes !== true) {
        process.stdout.write(`Nothing was changed. To take these out of the state of ${name}: --yes\n`);
        return;
      }
      await runPulumi(["stack", "import"], { stack: name, input: JSON.stringify(state) });
      process.stdout.write(
        `Forgot ${forgotten.length} resources. Now take host ${host} out of ${file}, place its chains on another, and run pulumi up.\n`,
      );
    });
}

function readSource(file: string): YamlSource {
  const { source, problems } = YamlSource.parse(file, readFileSync(file, "utf8"));
  if (source === undefined) throw new ProblemsError(problems);
  return source;
}

/** Only what says how the hosts are reached; the rest of the config may be wrong. */
function readEndpoints(source: YamlSource): DockerEndpoint[] {
  const hosts = checkShape(source, z.array(hostSchema), { at: ["config", "dokomodo:hosts"] });
  const usual = source.at(["config", "dokomodo:platform"]) === "kubernetes" ? "kubernetes" : "docker";
  const ssh = checkShape(source, sshSchema.default({}), { at: ["config", "dokomodo:ssh"] });
  if (hosts.value === undefined || ssh.value === undefined) {
    throw new ProblemsError([...hosts.problems, ...ssh.problems]);
  }
  const shared = ssh.value;
  const onDocker = dockerHosts(hosts.value.map((host) => ({ ...host, platform: host.platform ?? usual })));
  return onDocker.map(({ name, docker, certificates }) => ({
    name,
    docker,
    ssh: shared,
    ...(certificates === undefined ? {} : { certificates }),
  }));
}

/** What a parser says may quote the state. */
function parseState(text: string): ExportedState {
  try {
    return exportedState.parse(JSON.parse(text));
  } catch {
    throw new Error("what pulumi stack export prints is no state that this version understands");
  }
}
