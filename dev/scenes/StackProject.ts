import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";

const PROJECT = join(__dirname, "..", "..");

/** The config of a stack, keyed by full key. Tests change it and write it back. */
export interface StackConfig {
  "dokomodo:notaries": NotaryConfig[];
  [key: string]: unknown;
}

export interface NotaryConfig {
  name: string;
  chains: (string | Record<string, string>)[];
  rotation?: Record<string, string>;
  [key: string]: unknown;
}

/**
 * Makes the folder of a project that runs this checkout's program.
 * @param further names of further files of the checkout that it has
 */
export function layProject(directory: string, ...further: readonly string[]): void {
  for (const file of ["Pulumi.yaml", "assetchains.yaml"]) cpSync(join(PROJECT, file), join(directory, file));
  for (const file of ["cli", "index.ts", "tsconfig.json", "node_modules", ...further])
    symlinkSync(join(PROJECT, file), join(directory, file));
}

/** The folder of a stack's project, with files of its own for the config and the list of chains. Tests change both. */
export class StackProject {
  protected constructor(
    /** Absolute path of the folder. */
    private readonly project: string,
    private readonly stackName: string,
  ) {}

  get config(): StackConfig {
    return this.configFile()["config"];
  }

  /** Changes the config's text, as a person would in an editor. */
  editConfig(change: (text: string) => string): void {
    writeFileSync(this.configPath, change(readFileSync(this.configPath, "utf8")));
  }

  /** The texts of the config and of the list of chains. */
  texts(): string[] {
    return [this.configPath, join(this.project, "assetchains.yaml")].map((path) =>
      readFileSync(path, "utf8"),
    );
  }

  /** Gives the project a program of its own in the place of this checkout's. */
  replaceProgram(text: string): void {
    const path = join(this.project, "index.ts");
    // It is a link to the checkout's own file.
    rmSync(path);
    writeFileSync(path, text);
  }

  /** Writes a file into the project. */
  writeFile(name: string, text: string): void {
    writeFileSync(join(this.project, name), text);
  }

  writeConfig(config: Readonly<Record<string, unknown>>): void {
    const file = this.configFile();
    writeFileSync(this.configPath, stringify({ ...file, config: { ...file.config, ...config } }));
  }

  /** Writes the config. Keys that it does not have are removed from the file. */
  replaceConfig(config: Readonly<Record<string, unknown>>): void {
    writeFileSync(this.configPath, stringify({ ...this.configFile(), config }));
  }

  changeHosts(change: (hosts: readonly Record<string, unknown>[]) => readonly unknown[]): void {
    const { "dokomodo:hosts": hosts } = this.config;
    this.writeConfig({ "dokomodo:hosts": change(Array.isArray(hosts) ? hosts : []) });
  }

  changeNotary(change: (notary: NotaryConfig) => void): void {
    const { config } = this;
    for (const notary of config["dokomodo:notaries"]) change(notary);
    this.writeConfig(config);
  }

  /** Changes what the config says of a daemon. */
  changeDaemon(daemon: string, change: Readonly<Record<string, unknown>>): void {
    const daemons = Object(this.config["dokomodo:daemons"]);
    this.writeConfig({ "dokomodo:daemons": { ...daemons, [daemon]: { ...daemons[daemon], ...change } } });
  }

  /** Adds an entry to the stack's own assetchains.yaml. */
  addChain(entry: Readonly<Record<string, unknown>>): void {
    const path = join(this.project, "assetchains.yaml");
    const list = parse(readFileSync(path, "utf8"));
    writeFileSync(path, stringify({ ...list, chains: [...list.chains, entry] }));
  }

  /** Changes the entry of a chain in the list of chains. */
  changeChain(symbol: string, change: Readonly<Record<string, unknown>>): void {
    const path = join(this.project, "assetchains.yaml");
    const list = parse(readFileSync(path, "utf8"));
    const chains = list.chains.map((entry: Record<string, unknown>) =>
      (entry["symbol"] ?? entry["ac_name"]) === symbol ? { ...entry, ...change } : entry,
    );
    writeFileSync(path, stringify({ ...list, chains }));
  }

  private get configPath(): string {
    return join(this.project, `Pulumi.${this.stackName}.yaml`);
  }

  private configFile(): { config: StackConfig } {
    return parse(readFileSync(this.configPath, "utf8"));
  }
}

/** The development stack's config for another notary, at another address of loopback, and without a passphrase. */
export function developmentConfig(notary: string, listen: string): Record<string, unknown> {
  const { config } = parse(
    readFileSync(join(PROJECT, "Pulumi.dev.yaml"), "utf8")
      .replaceAll("east", notary)
      .replaceAll(": 127.0.0.1", `: ${listen}`),
  );
  const { "dokomodo:passphrases": _, ...rest } = config;
  // An `up` of a test waits for no canary, unless the test is about canaries.
  return { ...rest, "dokomodo:rollOut": { canarySeconds: 0 } };
}
