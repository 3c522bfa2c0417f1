import { ENTRYPOINT_EXITS } from "../../readings/entrypointExits";
import { bad, type Case, type Check, doubtful, good } from "./check";
import { lastOfEntrypoint } from "./places";

/** A container that lives no longer than this after it was started is one that ends again and again. */
const YOUNG_MILLISECONDS = 60_000;
const ENDS = 3;

/** Whether the daemon runs, and goes on running. */
export const daemon: Check = {
  name: "daemon",
  after: ["host", "image", "parameters", "disk"],
  look: (it) => {
    const { chain, daemon: container, title, host, restarter } = it;
    if ("external" in chain) return undefined;
    if (container === undefined)
      return bad(
        `it is not on host ${host?.name}`,
        "Run `pulumi up --refresh`, which makes it again. Its volume stays.",
      );
    if (container.state === "stopped") {
      const why = container.why === undefined ? "" : ` (${container.why})`;
      return bad(
        `it is stopped${why}${endText(it)}`,
        `If nobody wants it so, run \`dokomodo start ${title}\`.`,
      );
    }
    if (container.lastExit?.outOfMemory === true && isYoung(it))
      return bad(
        `the kernel killed it because it reached its limit of memory${endText(it)}`,
        "State a larger `memory` for the daemon in the stack's config, and run `pulumi up`.",
      );
    if (container.state === "starting" || (container.restarts >= ENDS && isYoung(it))) return ending(it);
    const since = container.startedAt === undefined ? "" : ` since ${container.startedAt.toISOString()}`;
    const runs = `it runs${since}, started again ${container.restarts} times`;
    if (restarter !== undefined && restarter.state !== "running")
      return doubtful(
        `${runs}, but ${restarter.name} on host ${restarter.host} does not run, so nobody starts what Docker gives up`,
        `Run \`docker start ${restarter.name}\` on the host, or \`pulumi up --refresh\`.`,
      );
    return good(runs);
  },
};

function isYoung({ daemon }: Case): boolean {
  return daemon?.startedAt !== undefined && Date.now() - daemon.startedAt.getTime() < YOUNG_MILLISECONDS;
}

function endText({ daemon }: Case): string {
  const { lastExit, restarts = 0 } = daemon ?? {};
  if (lastExit === undefined) return "";
  return `; it ended last with exit code ${lastExit.code}, and was started again ${restarts} times`;
}

/** A daemon that ends again and again. */
function ending(it: Case) {
  const { daemon, log, title } = it;
  const known = ENTRYPOINT_EXITS[daemon?.lastExit?.code ?? 0];
  const said = lastOfEntrypoint(log) || log.at(-1) || undefined;
  const words = known?.meaning ?? said ?? daemon?.why ?? "it wrote nothing";
  const mend = known?.mend ?? `Its log says why: \`dokomodo logs ${title} --tail 50\`.`;
  return bad(`it ends again and again: ${words}${endText(it)}`, mend);
}

/** Whether the daemon answers calls. */
export const rpc: Check = {
  name: "RPC",
  after: ["host", "daemon", "link"],
  look: ({ reading, problem, title, chain, log, delay, listens }) => {
    if (delay?.kind === "waiting")
      return doubtful(delay.text, `Wait. To start it at once, run \`dokomodo restart ${title}\`.`);
    if (reading === undefined)
      return doubtful(
        `nobody has asked it: ${problem ?? "the node has no agent that reads it"}`,
        "Bring the agent back first (see `dokomodo status`).",
      );
    const { silence, latencyMilliseconds, at } = reading;
    if (silence === undefined && listens === false)
      return bad(
        `nothing listens on its RPC port, and it answered last at ${at ?? "an unknown time"}`,
        `Its log says why it takes no calls: \`dokomodo logs ${title} --tail 50\`.`,
      );
    if (silence === undefined)
      return good(
        `it answers${latencyMilliseconds === undefined ? "" : ` in ${Math.round(latencyMilliseconds)} ms`}`,
      );
    const said = lastOfEntrypoint(log.slice(-1));
    const words = said === undefined ? silence.detail : `${silence.detail}; it says: ${said}`;
    const seen = `${words}, since ${silence.since}${at === undefined ? "" : `; it answered last at ${at}`}`;
    switch (silence.kind) {
      case "loading":
        return doubtful(
          `it reads its blocks, since ${silence.since} (${silence.detail})`,
          "Wait. With many blocks this takes hours.",
        );
      case "password":
        return bad(
          seen,
          "external" in chain
            ? "Correct its user and password in dokomodo:external, and run `pulumi up`."
            : `A \`dokomodo rotate\` that goes on ends this by itself. Otherwise its conf and the stack differ: run \`pulumi up\`, and if that changes nothing, \`dokomodo restart ${title}\`.`,
        );
      case "silent":
        return bad(
          seen,
          "external" in chain
            ? "Ask whoever runs it."
            : `It hangs, or is very busy. See \`dokomodo logs ${title} --tail 50\`. If it stays so, run \`dokomodo restart ${title}\`.`,
        );
      default:
        return bad(
          seen,
          "external" in chain
            ? "Ask whoever runs it, and check its `url` in dokomodo:external."
            : `Its log says why it takes no calls: \`dokomodo logs ${title} --tail 50\`.`,
        );
    }
  },
};

/** Whether the key of the node is in the wallet, and can sign. */
export const key: Check = {
  name: "key",
  after: ["RPC"],
  look: ({ node, reading, title }) => {
    if (node.passphrase === undefined || reading?.hasKey === undefined) return undefined;
    if (!reading.hasKey)
      return bad(
        "the node's key is not in its wallet",
        `The agent imports it by itself within a minute. If it does not, \`dokomodo logs agent --node ${node.name}\` says why.`,
      );
    if (reading.isWalletLocked === true)
      return bad(
        "its wallet is encrypted and locked, so nothing can be signed",
        `dokomodo keeps no password of a wallet. Unlock it in the container (\`dokomodo exec ${title}\`, then the daemon's own command walletpassphrase), or start with a wallet that is not encrypted.`,
      );
    return good("the node's key is in its wallet");
  },
};

/** Whether there are coins to notarise with. */
export const coins: Check = {
  name: "coins",
  after: ["RPC", "key"],
  look: ({ node, chain, reading, readings }) => {
    if (!("iguana" in node) || reading === undefined) return undefined;
    const { symbol } = chain.chain;
    const low = reading.notaryUtxos?.low;
    const count = reading.notaryUtxos?.count;
    if (reading.balance === undefined && count === undefined) return undefined;
    const seen = `${reading.balance ?? "?"} coins${count === undefined ? "" : `, ${count} notary UTXOs`}`;
    const isSpent = node.chains.some(
      ({ chain: one }) => one.dest === symbol || (one.symbol === symbol && one.dest !== undefined),
    );
    if (!isSpent) return undefined;
    const to = `Send coins of ${symbol} to ${reading.address ?? "the node's address, which `pulumi stack output addresses` prints"}.`;
    if (count === 0)
      return bad(
        `${seen}; without notary UTXOs Iguana signs nothing on this chain`,
        low === undefined ? `${to} State \`utxos\` for it, so that they are split.` : to,
      );
    if (low !== undefined && count !== undefined && count < low)
      return doubtful(
        `${seen}, fewer than the lower bound ${low}`,
        readings?.warnings.find((text) => text.startsWith(`${symbol}: `)) ?? to,
      );
    return good(seen);
  },
};
