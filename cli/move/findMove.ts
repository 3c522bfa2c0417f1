import { daemonName } from "../../notary/names";
import { isExternal } from "../../notary/placement";
import type { DeployedChain, Node, Notary } from "../../notary/types";
import type { PlatformShare } from "../../platforms/definition";
import { moveChain } from "../edit/chainEdits";
import { findNode, placedChains, requireHost, type StackFiles } from "../edit/stackFiles";
import type { MoveOptions } from "./options";

/** What is moved, and between which hosts. */
export interface Move {
  readonly node: Node | Notary;
  readonly chain: DeployedChain;
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
  readonly workload: string;
}

/** The move that the files allow; undefined if the config names the new host already. */
export function findMove(
  files: StackFiles,
  symbol: string,
  { node: asked, to }: MoveOptions,
): Move | undefined {
  requireHost(files, to);
  const owner = asked === undefined ? undefined : findNode(files, asked).name;
  const found = placedChains(files).filter(
    (each) => each.symbol === symbol && (owner === undefined || each.node === owner),
  );
  const [placed, ...others] = found;
  // moveChain says what is wrong with the name, or which node has to be named.
  if (placed === undefined || others.length > 0 || placed.host === undefined)
    throw new Error(moveChain(files, symbol, { node: asked, to }).notes.join("\n"));
  if (placed.host === to) return undefined;
  const node = [...files.stack.notaries, ...files.stack.nodes].find(({ name }) => name === placed.node);
  const chain = node?.chains.find((each) => each.chain.symbol === symbol);
  if (node === undefined || chain === undefined || isExternal(chain))
    throw new Error(`the stack deploys no daemon of ${symbol}`);
  return { node, chain, symbol, from: placed.host, to, workload: daemonName(node.name, symbol) };
}

/** The platform of both hosts. Throws if it cannot copy data between them, or need not. */
export function sharedBy({ stack: { shares } }: StackFiles, { symbol, from, to }: Move): PlatformShare {
  if (shares.segmentOf(from) === shares.segmentOf(to)) {
    throw new Error(
      `hosts ${from} and ${to} share their volumes, so nothing has to be copied: \`dokomodo chain move ${symbol} --to ${to}\`, then \`pulumi up\`. ` +
        "If the storage class keeps a volume on one node, the pod stays pending on another; then use a class that does not",
    );
  }
  const share = shares.of(from);
  if (share === undefined || share !== shares.of(to) || share.volumes === undefined) {
    throw new Error(
      `data can only be copied between Docker hosts, and not from ${from} to ${to}. Without its data the chain moves by \`dokomodo chain move ${symbol} --to ${to}\`, and syncs again`,
    );
  }
  return share;
}
