import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Container, type ContainerArgs, Provider } from "@pulumi/docker";
import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import Docker from "dockerode";
import { build } from "esbuild";
import { execa } from "execa";
import { preparePulumi } from "../../dev/toolchain/pulumiEnvironment";

export const image = "dokomodo-testbed/debian:bookworm";
export const host = "unix:///var/run/docker.sock";
export const docker = new Docker({ socketPath: "/var/run/docker.sock" });

/**
 * The names of all that a test file makes begin with this. It has the pid, because two files may use one engine at the same
 * time, and vitest sometimes gives two of its workers the same number.
 */
export const prefix = `dkt${process.pid}-`;

/** A folder with the real Pulumi CLI, the offline plugin as a user gets it, and a state of its own. */
export class Bench {
  readonly plugin: string;
  readonly bundle: string;

  private constructor(
    private readonly root: string,
    private readonly pulumi: PulumiCommand,
  ) {
    this.plugin = join(root, "bin", "pulumi-resource-docker");
    this.bundle = join(root, "docker.cjs");
  }

  static async open(): Promise<Bench> {
    const root = mkdtempSync(join(tmpdir(), prefix));
    mkdirSync(join(root, "bin"));
    mkdirSync(join(root, "state"));
    const { pulumi } = await preparePulumi({ byHand: false });
    symlinkSync(pulumi, join(root, "bin", "pulumi"));
    const bench = new Bench(root, await PulumiCommand.get({ root }));
    await build({
      entryPoints: [join(__dirname, "../../dev/standIns/providers/docker/main.ts")],
      outfile: bench.bundle,
      bundle: true,
      platform: "node",
      external: ["cpu-features", "*.node"],
      logLevel: "error",
    });
    writeFileSync(bench.plugin, `#!/bin/sh\nexec ${process.execPath} ${bench.bundle} "$@"\n`, {
      mode: 0o755,
    });
    await sweep();
    await docker
      .getImage(image)
      .inspect()
      .catch(() => {
        throw new Error(
          `These tests need the image ${image}. Run \`npm run up\`, which makes it, then run them again.`,
        );
      });
    return bench;
  }

  async stack(name: string, program: PulumiFn): Promise<Stack> {
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: name, projectName: "docker-provider", program },
      {
        pulumiCommand: this.pulumi,
        workDir: this.root,
        pulumiHome: join(this.root, "home"),
        projectSettings: {
          name: "docker-provider",
          runtime: "nodejs",
          backend: { url: `file://${join(this.root, "state")}` },
        },
        envVars: {
          PATH: `${join(this.root, "bin")}:${process.env["PATH"]}`,
          PULUMI_CONFIG_PASSPHRASE: "x",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          // A provider that states its host must ignore this variable.
          DOCKER_HOST: "tcp://127.0.0.1:9",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        },
      },
    );
    // No program has outputs, and each operation would run two more commands to read them.
    stack.outputs = async () => ({});
    return stack;
  }

  /** The text of all files that Pulumi has written about the stacks. */
  written(): string {
    const files = readdirSync(join(this.root, "state"), { recursive: true, withFileTypes: true });
    return files
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
      .join("\n");
  }

  async close(): Promise<void> {
    await sweep();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Removes what this process has made, and what earlier processes have left because they were killed. */
async function sweep(): Promise<void> {
  const isOurs = (name = "") => {
    const pid = /^\/?dkt(\d+)-/.exec(name)?.[1];
    return pid !== undefined && (Number(pid) === process.pid || !existsSync(`/proc/${pid}`));
  };
  for (const { Id, Names } of await docker.listContainers({ all: true })) {
    if (isOurs(Names[0])) await docker.getContainer(Id).remove({ force: true, v: true });
  }
  for (const { Id, Name } of await docker.listNetworks())
    if (isOurs(Name)) await docker.getNetwork(Id).remove();
  const { Volumes } = await docker.listVolumes();
  for (const { Name } of Volumes) if (isOurs(Name)) await docker.getVolume(Name).remove();
}

/** A command that sleeps until it gets SIGTERM. */
export const sleeping = ["sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"];

export function engine(): Provider {
  return new Provider("here", { host });
}

/** A program with one container, which sleeps unless `args` say otherwise. */
export function single(name: string, args: Partial<ContainerArgs> = {}): PulumiFn {
  return async () => {
    new Container(name, { name: prefix + name, image, command: sleeping, ...args }, { provider: engine() });
  };
}

export async function idOf(name: string): Promise<string> {
  return (await docker.getContainer(prefix + name).inspect()).Id;
}

/** Runs a command in a container and returns its output. */
export async function run(container: string, ...command: string[]): Promise<string> {
  const { stdout } = await execa("docker", ["-H", host, "exec", container, ...command]);
  return stdout;
}

/** The error of work that must fail. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return String(error);
  }
  throw new Error("the work succeeded, but it had to fail");
}
