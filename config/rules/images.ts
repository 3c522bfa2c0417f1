import type { Problem } from "../../input/problem";
import { deployedChains } from "../../notary/placement";
import type { RuleInput } from "../context";

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Reports daemons and Iguanas without an image and, unless the stack is for development, images without a digest. */
export function checkImages({ settings, notaries, nodes, at }: RuleInput): Problem[] {
  const problems: Problem[] = [];
  const daemons = new Map<string, { chains: Set<string>; position: Problem["position"] }>();
  /** The images of daemons for which the stack states none, keyed by the daemon's name. */
  const known = new Map<string, string>();
  for (const { chain, daemon } of nodes.flatMap(({ node }) => deployedChains(node))) {
    if (chain.image !== undefined) checkDigest(chain.image, `the image of ${chain.symbol}`, chain.position);
    else if (settings.daemons[chain.daemon]?.image === undefined) known.set(chain.daemon, daemon.image);
    if (daemon.image !== "") continue;
    const entry = daemons.get(chain.daemon) ?? {
      chains: new Set(),
      position: at(["dokomodo:daemons", chain.daemon]),
    };
    daemons.set(chain.daemon, { ...entry, chains: entry.chains.add(chain.symbol) });
  }
  for (const [daemon, image] of known) {
    if (settings.development || image === "" || DIGEST.test(image)) continue;
    const message = `${daemon} would run in ${image}, which may be another image tomorrow: state it as dokomodo:daemons.${daemon}.image, and write its digest there with npx dokomodo images pin`;
    problems.push({ message, position: at(["dokomodo:daemons", daemon]) });
  }
  for (const [daemon, { chains, position }] of daemons) {
    const message = `no image is stated for ${daemon}, which runs ${[...chains].join(", ")}: set dokomodo:daemons.${daemon}.image`;
    problems.push({ message, position });
  }
  for (const [role, image] of Object.entries(settings.images)) {
    checkDigest(image, `dokomodo:images.${role}`, at(["dokomodo:images", role]));
  }
  if (settings.backup !== undefined)
    checkDigest(settings.backup.image, "dokomodo:images.backup", at(["dokomodo:images", "backup"]));
  for (const [daemon, { image }] of Object.entries(settings.daemons)) {
    if (image !== undefined) {
      checkDigest(image, `dokomodo:daemons.${daemon}.image`, at(["dokomodo:daemons", daemon, "image"]));
    }
  }
  const usual = settings.iguana.image;
  if (usual !== undefined) checkDigest(usual, "dokomodo:iguana.image", at(["dokomodo:iguana", "image"]));
  for (const { node, path } of notaries) {
    const { name, iguana } = node;
    if (iguana.image === "") {
      const message = `no image is stated for Iguana of notary ${name}: set dokomodo:iguana.image`;
      problems.push({ message, position: at(["dokomodo:iguana"]) });
    } else if (iguana.image !== usual) {
      checkDigest(iguana.image, `the image of notary ${name}'s Iguana`, at([...path, "iguana", "image"]));
    }
  }
  return problems;

  function checkDigest(image: string, what: string, position: Problem["position"]): void {
    if (settings.development || DIGEST.test(image)) return;
    const message = `${what} is ${image}, which may be another image tomorrow: pin it with npx dokomodo images pin, or set dokomodo:development`;
    problems.push({ message, position });
  }
}
