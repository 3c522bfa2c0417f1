import { existsSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import type { Chain } from "../../chains/chain";
import { address, deriveKeys, readPassphrase } from "../../chains/keys";
import { selectChains } from "../../chains/list/chainList";
import { loadStack } from "../../config/load";
import { ProblemsError } from "../../input/problem";
import { hostSchema } from "../../platforms/host";
import { connect } from "../images/lookup";
import { type Backend, chooseBackend, logIn } from "../init/backend";
import { LOCAL_ENGINE, newHost } from "../init/host";
import { type SettledImage, settleImages, wantedImages } from "../init/images";
import { chooseSecretsProvider, provideStackPassphrase, type SecretsProvider } from "../init/secretsProvider";
import { makeStack, setPassphrase, showPlan, stackExists } from "../init/setUp";
import { configIn, existing, type NewStack, stackFileText, writeStackFile } from "../init/stackFile";
import { LIST_FILE, readList } from "../list";
import { runPulumi } from "../pulumi";
import { readSecret } from "../secret";

interface InitOptions {
  readonly host: string;
  readonly address?: string | undefined;
  readonly chains?: readonly string[] | undefined;
  readonly image?: readonly string[] | undefined;
  readonly iguanaImage?: string | undefined;
  readonly key: boolean;
  readonly backend?: string | undefined;
  readonly secretsProvider: string;
  readonly yes?: true | undefined;
}

/** `dokomodo init` makes a stack with one node or notary on one host. It asks one question, and ends in the plan. */
export function initCommand(): Command {
  return new Command("init")
    .description(
      "make a stack with one node or notary: ask for its passphrase, write its file, show the plan",
    )
    .argument("<stack>", "the stack's name, which its node gets, too")
    .option("--host <url>", "the Docker Engine: unix:///path of its socket, or ssh://user@host", LOCAL_ENGINE)
    .option(
      "--address <ipv4>",
      "the host's address for others, if it is not the one in ssh:// or this machine's own",
    )
    .option("--chains <names...>", "symbols and sets of chains (KMD, and for a notary LTC as well)")
    .option("--no-key", "a node without a key; no question is asked")
    .option("--iguana-image <image>", "a notary: a node with Iguana, which runs in this image that you built")
    .option(
      "--image <name=image...>",
      "another image for proxy, agent or a daemon, such as komodod=…@sha256:…",
    )
    .option("--backend <url>", "where Pulumi keeps the state (where it is logged in, or else ~/.pulumi)")
    .option(
      "--secrets-provider <provider>",
      "what encrypts: passphrase, or a KMS such as awskms://…",
      "passphrase",
    )
    .option("--yes", "ask nothing; the passphrase is on standard input, or there is none")
    .action(init);
}

async function init(name: string, options: InitOptions): Promise<void> {
  const plan = await prepare(name, options);
  say(imageLines(plan.images));
  const passphrase = options.key ? await askPassphrase(plan.isNotary, options.yes === true) : "";
  if (plan.isNotary && passphrase === "") {
    throw new Error(
      "a notary needs a passphrase, and none was given; leave --iguana-image out for a node without a key",
    );
  }
  const publicKey = passphrase === "" ? undefined : publicKeyOf(passphrase);
  say(publicKey === undefined ? "It has no key." : keyLines(publicKey, plan.selected));
  await setUp({ ...plan, publicKey }, passphrase, plan);
}

/** Where the state goes, and what encrypts it. */
interface Keeping {
  readonly backend: Backend;
  readonly provider: SecretsProvider;
}

interface Plan extends Omit<NewStack, "publicKey">, Keeping {
  readonly selected: readonly Chain[];
}

/** Looks at all that can be wrong before a person is asked anything. */
async function prepare(name: string, options: InitOptions): Promise<Plan> {
  const shape = hostSchema.shape.name;
  if (!shape.safeParse(name).success) {
    throw new Error(
      `the stack's name is ${name}, and has to be a DNS label: lower-case letters, digits and -, at most 32 characters`,
    );
  }
  if (!existsSync("Pulumi.yaml")) {
    throw new Error("there is no Pulumi.yaml here; run dokomodo in the project's directory");
  }
  const isNotary = options.iguanaImage !== undefined;
  if (isNotary && !options.key) {
    throw new Error(
      "a notary needs a key; leave --no-key out, or leave --iguana-image out for a node without a key",
    );
  }
  const chains = options.chains ?? (isNotary ? ["KMD", "LTC"] : ["KMD"]);
  const list = readList(LIST_FILE);
  const { chains: selected, problems } = selectChains(list, chains);
  if (problems.length > 0) throw new ProblemsError(problems, "nothing was written");
  const backend = await chooseBackend(options.backend, process.env);
  const host = await newHost(options.host, options.address);
  say(
    `${isNotary ? "Notary" : "Node"} ${name} on ${host.docker} (${host.address}), with ${chains.join(", ")}.`,
  );
  const wanted = wantedImages({
    chains: selected,
    listed: list.daemons,
    stated: new Map((options.image ?? []).map(ownerAndImage)),
    iguana: options.iguanaImage,
  });
  const plan = {
    name,
    host,
    chains,
    selected,
    isNotary,
    backend,
    provider: chooseSecretsProvider(options.secretsProvider, name, process.env),
    images: await settleImages(wanted, connect),
  };
  existing(fileOf(name), stackFileText({ ...plan, publicKey: undefined }));
  return plan;
}

function fileOf(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

function ownerAndImage(text: string): [string, string] {
  const [, owner, image] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (owner !== undefined && image !== undefined) return [owner, image];
  throw new Error(
    `--image is ${text}, and has to be name=image, such as komodod=registry.example/komodo@sha256:…`,
  );
}

/** The passphrase; empty for none. A person at a terminal is not asked with `--yes`. */
async function askPassphrase(isNotary: boolean, asksNothing: boolean): Promise<string> {
  if (asksNothing && process.stdin.isTTY) {
    throw new Error(
      "--yes takes the passphrase from standard input, which is a terminal; pipe it in, or say --no-key",
    );
  }
  return readSecret(
    `Passphrase of its key${isNotary ? "" : ", or nothing for a node without one"} (not shown): `,
  );
}

function publicKeyOf(passphrase: string): string {
  const check = readPassphrase(passphrase);
  if ("problem" in check) throw new Error(check.problem);
  return deriveKeys(check.passphrase).publicKey;
}

/** Writes and makes what is not there yet, and shows the plan. A run that was interrupted is gone on with. */
async function setUp(stack: NewStack, passphrase: string, { backend, provider }: Keeping): Promise<void> {
  const { name } = stack;
  const file = fileOf(name);
  const text = stackFileText(stack);
  const before = existing(file, text);
  const hasPassphrase = before.kind === "same" && before.hasPassphrase;
  if (hasPassphrase && passphrase === "") {
    throw new Error(
      `${file} is there, and has a passphrase. Give it to this command, which compares the two`,
    );
  }
  checkConfig(name, text, passphrase);
  await logIn(backend, name);
  const isMade = await stackExists(name);
  if (isMade && before.kind === "absent") {
    throw new Error(
      `the backend (${backend.address}) has a stack ${name}, and ${file} is not here. Bring the file back from version control, or take another name. If nothing of that stack runs any more, remove it with pulumi stack rm ${name}`,
    );
  }
  const isEncrypted = before.kind !== "absent" && before.isEncrypted;
  const env = await provideStackPassphrase(provider, name, isEncrypted);
  await writeStackFile(file, text, before);
  const run = { stack: name, env };
  if (isMade) await runPulumi(["stack", "select"], run);
  else await makeStack(run, provider.name);
  if (passphrase !== "") await setPassphrase(run, passphrase, hasPassphrase);
  say(
    [
      `${before.kind === "same" ? "As it was" : "Written"}: ${file}. The state is in ${backend.address}.`,
      ...(provider.passphraseFile === undefined
        ? []
        : [`What encrypts the stack's secrets is in ${provider.passphraseFile}. Keep a copy elsewhere.`]),
      "",
    ].join("\n"),
  );
  await showPlan(run);
  const lines =
    provider.passphraseFile === undefined
      ? []
      : [`  export PULUMI_CONFIG_PASSPHRASE_FILE='${provider.passphraseFile}'`];
  say(["Nothing runs yet. To bring it up:", "", ...lines, "  pulumi up", ""].join("\n"));
}

/** Throws with all that the program would find wrong, before anything is written. */
function checkConfig(stackName: string, text: string, passphrase: string): void {
  const values = Object.entries(configIn(text)).map(([key, value]) => [key, JSON.stringify(value)]);
  const secrets =
    passphrase === "" ? [] : [["dokomodo:passphrases", JSON.stringify({ [stackName]: passphrase })]];
  const loaded = loadStack({
    directory: ".",
    stackName,
    values: Object.fromEntries([...values, ...secrets]),
  });
  if (!loaded.ok) throw new ProblemsError(loaded.problems, "nothing was written");
}

function imageLines(images: readonly SettledImage[]): string {
  const lines = images.map(
    ({ owner, text, unchecked }) => `  ${owner}: ${text}${unchecked === undefined ? "" : " (not checked)"}`,
  );
  const reasons = new Set(images.flatMap(({ unchecked }) => unchecked ?? []));
  return ["Its images:", ...lines, ...[...reasons].map((reason) => `Not checked: ${reason}`)].join("\n");
}

/** The public key, and its address on each chain. */
function keyLines(publicKey: string, chains: readonly Chain[]): string {
  const table = new Table({ head: ["chain", "address"], style: { head: [], border: [] } });
  for (const { symbol, prefixes } of chains) table.push([symbol, address(publicKey, prefixes)]);
  return `Public key ${publicKey}\n${table.toString()}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
