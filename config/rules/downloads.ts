import type { Problem } from "../../input/problem";
import { needsOn } from "../../notary/provisions";
import type { RuleInput } from "../context";

/** Reports a directory for downloads that no host of the stack can have. */
export function checkDownloads({ settings, nodes, shares, at }: RuleInput): Problem[] {
  if (settings.downloads.directory === undefined) return [];
  const all = nodes.map(({ node }) => node);
  const needy = settings.hosts.filter(({ name }) => needsOn(name, all).downloads.length > 0);
  if (needy.length === 0 || needy.some(({ name }) => shares.of(name)?.hasDirectories === true)) return [];
  const message = `dokomodo:downloads.directory is a directory of a host, which pods do not see; serve the files, and state their URL as dokomodo:downloads.mirror`;
  return [{ message, position: at(["dokomodo:downloads", "directory"]) }];
}
