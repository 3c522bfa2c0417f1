import { existsSync } from "node:fs";
import { Command } from "commander";
import type { Chain } from "../../chains/chain";
import type { DaemonTable } from "../../chains/daemons";
import { deriveKeys, readPassphrase } from "../../chains/keys";
import { selectChains } from "../../chains/list/chainList";
import { loadStack } from "../../config/load";
import { ProblemsError } from "../../input/problem";
import { hostSchema } from "../../platforms/host";
import { connect } from "../images/lookup";
import { type Backend, chooseBackend, logIn } from "../init/backend";
import { settleImages, wantedImages } from "../init/images";
import { imageLines, keyLines, nextLines } from "../init/messages";
import { newPlace, placeOptions } from "../init/newPlace";
import type { Place, PlaceOptions } from "../init/place";
import { chooseSecretsProvider, provideStackPassphrase, type SecretsProvider } from "../init/secretsProvider";
import { makeStack, setPassphrase, showPlan, stackExists } from "../init/setUp";
import { configIn, existing, type NewStack, stackFileText, writeStackFile } from "../init/stackFile";
import { LIST_FILE, readList } from "../list";
import { runPulumi } from "../pulumi";
import { readSecret } from "../secret";

interface InitOptions extends PlaceOptions {
  readonly chains?: readonly string[] | undefined;
  readonly image?: readonly string[] | undefined;
  readonly iguanaImage?: string | undefined;
  readonly network?: string | undefined;
  readonly key: boolean;
  readonly backend?: string | undefined;
  readonly secretsProvider: string;
  readonly yes?: true | undefined;
}

/** `dokomodo init` makes a stack with one node or notary on one host or in a cluster. It asks one question, and ends in the plan. */
export function initCommand(): Command {
  const command = new Command("init").argument("<stack>", "the stack's name, which its node gets, too");
  for (const option of placeOptions()) command.addOption(option);
  return command
    .option("--chains <names...>", "symbols and sets of chains (KMD, and for a notary LTC as well)")
    .option("--no-key", "a node without a key; no question is asked")
    .option("--iguana-image <image>", "a notary: a node with Iguana, which runs in this image that you built")
    .option("--network <name>", "a notary's dPoW network: main or thirdParty (what its image says)")
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
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo init explorer --chains KMD CCL --no-key\n\nWhat counts without an option is in brackets.",
    )
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
  await setUp({ ...plan, publicKey }, passphrase);
}

/** Stands for the passphrase when a notary's config is checked before the question. */
const NOT_ASKED_YET = "not asked yet";

/** What is known before a person is asked. */
interface Plan extends Omit<NewStack, "publicKey"> {
  readonly selected: readonly Chain[];
  /** The key `daemons` of the list of chains. */
  readonly listed: DaemonTable;
  /** Where the state goes. */
  readonly backend: Backend;
  readonly provider: SecretsProvider;
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
  const chains = options.chains ?? (isNotary ? ["KMD", "LTC"] : ["KMD"]);
  const list = readList(LIST_FILE);
  const { chains: selected, problems } = selectChains(list, chains);
  if (problems.length > 0) throw new ProblemsError(problems, "nothing was written");
  const backend = await chooseBackend(options.backend, process.env);
  const place = await newPlace(name, options);
  checkNotary(isNotary, place, options);
  say(`${isNotary ? "Notary" : "Node"} ${name} on ${place.description}, with ${chains.join(", ")}.`);
  const { daemons: listed } = list;
  const wanted = wantedImages({
    chains: selected,
    listed,
    stated: new Map((options.image ?? []).map(ownerAndImage)),
    iguana: options.iguanaImage,
  });
  const plan = {
    name,
    place,
    chains,
    selected,
    listed,
    isNotary,
    network: options.network,
    backend,
    provider: chooseSecretsProvider(options.secretsProvider, name, process.env),
    images: await settleImages(wanted, connect),
  };
  const text = stackFileText({ ...plan, publicKey: undefined });
  existing(fileOf(name), text);
  // A network knows its notaries by their keys, so its check has to wait for the passphrase.
  if (options.network === undefined) checkConfig(name, text, isNotary ? NOT_ASKED_YET : "");
  return plan;
}

/** Throws if what Iguana needs is not stated, or is stated for a node without it. */
function checkNotary(isNotary: boolean, { cluster }: Place, { key, network, address }: InitOptions): void {
  if (!isNotary) {
    if (network === undefined) return;
    throw new Error("--network is for a notary; state --iguana-image as well, or leave it out");
  }
  if (!key) {
    throw new Error(
      "a notary needs a key; leave --no-key out, or leave --iguana-image out for a node without a key",
    );
  }
  if (cluster === undefined) return;
  const missing = [
    address === undefined ? "--address, the IPv4 address at which other notaries reach Iguana" : [],
    network === undefined ? "--network, such as main, because Iguana's files are not kept in a pod" : [],
  ].flat();
  if (missing.length > 0) throw new Error(`a notary in a cluster needs ${missing.join(", and ")}`);
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
async function setUp(stack: Plan & NewStack, passphrase: string): Promise<void> {
  const { name, backend, provider } = stack;
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
  say(nextLines(stack));
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

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
