import { isDeepStrictEqual } from "node:util";
import { everyNode } from "../../config/stack";
import { isRecord } from "../../input/source";
import { daemonName } from "../../notary/names";
import { deployedChains } from "../../notary/placement";
import type { AuthorityGenerations, Node, Notary } from "../../notary/types";
import { findNode, readStackFiles, type StackFiles } from "../edit/stackFiles";
import { carefulUp, withSettings } from "./carefulUp";
import { readUpdates, type Update } from "./history";
import type { ImageUse } from "./images";
import { type CarefulOptions, rollOutOf } from "./options";
import { lookAt } from "./running";

/** One `up` on the way from an authority to another one. */
export interface AuthorityStep {
  readonly name: "trust" | "issue" | "admit" | "forget";
  /** What the config says after it. */
  readonly authority: AuthorityGenerations;
  /** What it does, as a sentence. */
  readonly does: string;
}

/** The step that follows on what the config says. Of two generations that are trusted the higher one is the new one. */
export function nextStep(stated: AuthorityGenerations, isCalledByClients: boolean): AuthorityStep {
  const { issuer = 1, trusted = [issuer], clientsIssuer = issuer } = stated;
  const newest = Math.max(...trusted);
  const oldest = Math.min(...trusted);
  if (newest === oldest) {
    return {
      name: "trust",
      authority: { issuer, trusted: [issuer, newest + 1] },
      does: `All workloads learn to trust authority ${newest + 1} beside ${issuer}.`,
    };
  }
  if (issuer === oldest) {
    const entrance = isCalledByClients ? { clientsIssuer: oldest } : {};
    return {
      name: "issue",
      authority: { issuer: newest, trusted: [oldest, newest], ...entrance },
      does: `All workloads get certificates of authority ${newest}. Those of ${oldest} are good still.`,
    };
  }
  if (clientsIssuer === oldest) {
    return {
      name: "admit",
      authority: { issuer, trusted: [oldest, newest] },
      does: `The entrance of clients gets a certificate of authority ${newest}. Clients with old files are out from now on.`,
    };
  }
  return {
    name: "forget",
    authority: { issuer, trusted: [newest] },
    does: `Authority ${oldest} is trusted no more, and is deleted.`,
  };
}

/** Replaces the authority of a notary or node, step by step, beginning with the step that its file and history are at. */
export async function rotateAuthority(
  name: string | undefined,
  { yes, ...options }: CarefulOptions,
): Promise<void> {
  const first = readStackFiles(options.stack);
  const known = nodeOf(first, name);
  const clients = known.clients.map((client) => client.name);
  const stated = known.authority ?? {};
  const isDone = isDeployed(await readUpdates(first.name), known.name, known.authority);
  // Nothing may follow on a step that some of the workloads have not taken.
  let step: AuthorityStep = isDone
    ? nextStep(stated, clients.length > 0)
    : {
        ...stepTo(stated),
        authority: stated,
        does: "The last step is not done everywhere yet, and is done first.",
      };
  for (;;) {
    const from = readStackFiles(options.stack);
    const node = nodeOf(from, known.name);
    const isSame = isDeepStrictEqual(step.authority, node.authority ?? {});
    const setting = { path: [...findNode(from, node.name).path, "authority"], value: { ...step.authority } };
    const { text } = isSame ? from : withSettings(from, [setting]);
    await carefulUp(
      {
        from,
        text,
        rollOut: rollOutOf(options),
        lines: [step.does, "The proxies of all its workloads are replaced. In a cluster these are its pods."],
        look: () => lookAt(from.name, usesOfNode(node)),
        wayBack: `Remove the cause, and run \`dokomodo rotate authority --node ${node.name} --stack ${from.name}\` again, which goes on with this step.`,
        done: "This step is done.",
      },
      yes === true,
    );
    if (step.name === "forget") break;
    if (step.name === "issue" && clients.length > 0) {
      process.stdout.write(newFiles(clients, node.name, from.name));
      return;
    }
    step = nextStep(step.authority, clients.length > 0);
  }
  process.stdout.write(`${known.name} has another authority, and nothing trusts the old one.\n`);
}

/** The step that led to what the config says. */
function stepTo({ issuer = 1, trusted = [issuer], clientsIssuer = issuer }: AuthorityGenerations): {
  readonly name: AuthorityStep["name"];
} {
  if (trusted.length === 1) return { name: "forget" };
  if (issuer === Math.min(...trusted)) return { name: "trust" };
  return { name: clientsIssuer === issuer ? "admit" : "issue" };
}

function newFiles(clients: readonly string[], node: string, stack: string): string {
  const commands = clients.map(
    (client) => `  dokomodo client ${client} --node ${node} --stack ${stack} --force\n`,
  );
  return [
    "Clients can call with their old files and with new ones. Give each of them new ones now:\n",
    ...commands,
    `Then run \`dokomodo rotate authority --node ${node} --stack ${stack}\` again, which ends the old ones.\n`,
  ].join("");
}

/** Whether the last update that succeeded had this authority. */
function isDeployed(
  [last]: readonly Update[],
  name: string,
  authority: AuthorityGenerations | undefined,
): boolean {
  const lists = ["dokomodo:notaries", "dokomodo:nodes"].map((key) => last?.config[key]);
  const entry = lists.flat().find((each) => isRecord(each) && each["name"] === name);
  return isRecord(entry) && isDeepStrictEqual(entry["authority"] ?? {}, authority ?? {});
}

/** The notary or node of this name, or the only one. */
function nodeOf(files: StackFiles, asked: string | undefined): Node | Notary {
  const { name } = findNode(files, asked);
  const [node] = everyNode(files.stack).filter((each) => each.name === name);
  if (node === undefined) throw new Error(`${files.file} has no notary and no node ${name}`);
  return node;
}

function usesOfNode(node: Node): ImageUse[] {
  return deployedChains(node).map(({ chain, host, daemon }) => ({
    workload: daemonName(node.name, chain.symbol),
    host,
    image: daemon.image,
    port: chain.rpcPort,
  }));
}
