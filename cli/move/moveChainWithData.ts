import { dataRoot } from "../../chains/chain";
import { messageOf } from "../../input/messageOf";
import { daemonName } from "../../notary/names";
import type { PlatformShare } from "../../platforms/definition";
import type { Operations, WorkloadPlace } from "../../platforms/operations";
import type { CopyResult, FoundVolume, Volumes } from "../../platforms/volumes";
import type { Pass } from "../../runtime/transfer/plan";
import { carryOut } from "../edit/carryOut";
import { moveChain } from "../edit/chainEdits";
import { placedChains, type StackFiles } from "../edit/stackFiles";
import { withRunningStack } from "../running/open";
import { heightOf, untilThere } from "./arrival";
import { allowMove, requireDeployed, up } from "./deploy";
import { findMove, type Move, sharedBy } from "./findMove";
import { MoveProgress } from "./MoveProgress";
import type { MoveOptions } from "./options";

/** Moves a chain with its volume. It may be broken off at any moment; the same command goes on. */
export async function moveChainWithData(
  files: StackFiles,
  symbol: string,
  options: MoveOptions,
): Promise<void> {
  const move = findMove(files, symbol, options);
  const progress = new MoveProgress(symbol);
  if (move === undefined) return finishElsewhere(files, symbol, options, progress);
  const share = sharedBy(files, move);
  const volumes = await openVolumes(share, files);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error("interrupted"));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    const old = await requireVolume(volumes, move);
    progress.say("Looks at the stack");
    await requireDeployed(files.name);
    const height = await withRunningStack(files.name, ({ operations }) => requireHosts(operations, move));
    const copy = (pass: Pass): Promise<CopyResult> =>
      volumes.copy(
        {
          workload: move.workload,
          from: move.from,
          to: move.to,
          user: move.chain.daemon.user,
          mountPath: `${move.chain.daemon.home}/${dataRoot(move.chain.chain)}`,
          port: move.chain.publishedPort ?? move.chain.chain.p2pPort,
          pass,
        },
        { onProgress: (what, done, total) => progress.bytes(what, done, total), signal: interrupted.signal },
      );
    progress.say("Copies the data while the daemon runs");
    const ahead = await copy("ahead");
    progress.step(`Copied while the daemon ran, in ${seconds(ahead.seconds)}. ${ahead.said}`);
    interrupted.signal.throwIfAborted();
    const stoppedAt = Date.now();
    await stopAndCopy(files, move, () => copy("last"), progress, interrupted.signal);
    await deploy(files, move, old, options, progress);
    await withRunningStack(files.name, ({ operations }) => untilThere(operations, move, height, progress));
    progress.step(
      `${symbol} was stopped for ${seconds((Date.now() - stoppedAt) / 1000)}. Its height was ${height ?? "not known"} before.`,
    );
    await forgetOld(volumes, move, old, options, progress);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    volumes.close();
  }
}

async function openVolumes({ volumes }: PlatformShare, { stack }: StackFiles): Promise<Volumes> {
  if (volumes === undefined) throw new Error("this platform copies no volumes");
  return volumes({ image: stack.images.agent });
}

async function requireVolume(volumes: Volumes, { symbol, from, workload }: Move): Promise<FoundVolume> {
  const found = await volumes.find({ host: from, workload });
  if (found !== undefined) return found;
  throw new Error(
    `host ${from} has no data of ${symbol}, so there is nothing to copy: \`dokomodo chain move ${symbol}\` and \`pulumi up\` move it`,
  );
}

/** Checks that both hosts answer. Returns the chain's height, if somebody knows it. */
async function requireHosts(operations: Operations, move: Move): Promise<number | undefined> {
  const { hosts } = await operations.look();
  for (const name of [move.from, move.to]) {
    const problem = hosts.find((host) => host.name === name)?.problem;
    if (problem !== undefined) throw new Error(problem);
  }
  return heightOf(operations, move);
}

/** Stops the daemon, and makes the new volume the same as the old one. */
async function stopAndCopy(
  files: StackFiles,
  move: Move,
  copyRest: () => Promise<CopyResult>,
  progress: MoveProgress,
  signal: AbortSignal,
): Promise<void> {
  const { symbol, from, to, workload } = move;
  const place = { host: from, workload };
  try {
    await withRunningStack(files.name, async ({ operations }) => {
      progress.say("Is told to end");
      const { code, seconds: took } = await operations.stop(place, {
        onWaiting: (count) => progress.say(`Ends and writes what it holds, ${count} s`),
        signal,
      });
      progress.step(
        code === undefined ? "Did not run." : `Ended with exit code ${code} after ${seconds(took)}.`,
      );
      progress.say("Copies what has changed, and compares every byte");
      const last = await copyRest();
      progress.step(`Copied the rest and compared both sides in ${seconds(last.seconds)}. ${last.said}`);
      await requireStopped(operations, place);
    });
  } catch (error) {
    const why = messageOf(error);
    throw new Error(
      `${why.replace(/\.$/, "")}.\n${symbol} is on host ${from} as before, with all of its data, and may be stopped. ` +
        `The same command goes on. \`dokomodo start ${symbol}\` goes back; what was copied to ${to} may then be removed.`,
    );
  }
}

/** Somebody may have started it again meanwhile. */
async function requireStopped(operations: Operations, place: WorkloadPlace): Promise<void> {
  const { containers } = await operations.look();
  const runs = containers.filter(
    ({ host, workload, state }) => host === place.host && workload === place.workload && state !== "stopped",
  );
  if (runs.length > 0)
    throw new Error(`${runs.map(({ name }) => name).join(", ")} was started again while it was copied`);
}

async function deploy(
  files: StackFiles,
  move: Move,
  old: FoundVolume,
  options: MoveOptions,
  progress: MoveProgress,
): Promise<void> {
  const { symbol, from, to, node } = move;
  const edit = moveChain(files, symbol, { node: node.name, to });
  await carryOut(files, { ...edit, notes: [] }, { stack: options.stack });
  progress.step(`The config says host ${to} now. \`pulumi up\` follows.`);
  try {
    await allowMove(files.name, old.resource);
    await up(files.name);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(
      `${why.replace(/\.$/, "")}.\nAll data of ${symbol} is on host ${to}, and still on ${from}. The config names ${to}. The same command goes on, and so does \`pulumi up\`.`,
    );
  }
}

/** Removes the old volume if the operator agrees. */
async function forgetOld(
  volumes: Volumes,
  { from, workload }: Move,
  { called, removedBy }: FoundVolume,
  { keep, yes }: MoveOptions,
  progress: MoveProgress,
): Promise<void> {
  if (keep === true || yes !== true) {
    progress.step(`${capital(called)} is kept. When nobody needs it any more: ${removedBy}.`);
    return;
  }
  await volumes.remove({ host: from, workload });
  progress.step(`${capital(called)} is removed.`);
}

/** The config names the new host already: somebody changed it, or a move was broken off after that. */
async function finishElsewhere(
  files: StackFiles,
  symbol: string,
  { to, node: asked }: MoveOptions,
  progress: MoveProgress,
): Promise<void> {
  const placed = placedChains(files).find(
    (each) => each.symbol === symbol && each.host === to && (asked === undefined || each.node === asked),
  );
  const share = files.stack.shares.of(to);
  if (placed === undefined || share?.volumes === undefined)
    throw new Error(`${symbol} is on host ${to} already`);
  const workload = daemonName(placed.node, symbol);
  const volumes = await openVolumes(share, files);
  try {
    const found = await Promise.all(share.hosts.map((host) => volumes.find({ host, workload })));
    const [old] = found.filter((each, index) => each !== undefined && share.hosts[index] !== to);
    const arrived = found[share.hosts.indexOf(to)];
    if (arrived === undefined && old !== undefined) {
      throw new Error(
        `the config says host ${to} already, and there is no data of ${symbol} there. Place it where ${old.called} is, with \`dokomodo chain move ${symbol} --to <host>\`, and run this again`,
      );
    }
    progress.step(`The config says host ${to} already. \`pulumi up\` follows.`);
    if (old !== undefined) await allowMove(files.name, old.resource);
    await up(files.name);
    if (old !== undefined)
      progress.step(
        `There is also ${old.called}. When ${symbol} has what it should on ${to}: ${old.removedBy}.`,
      );
  } finally {
    volumes.close();
  }
}

function seconds(count: number): string {
  return `${count.toFixed(1)} s`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
