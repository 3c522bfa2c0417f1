import { workloadName } from "../../components/NotaryNode";
import type { Problem } from "../../input/problem";
import { deployedChains, hostsCalledFromElsewhere, hostsOf } from "../../notary/placement";
import type { Stack } from "../load";
import type { Checked } from "../resolve/notaries";
import { CLUSTER, segmentOf } from "./hosts";

type Notary = Stack["notaries"][number];

/** Of a DNS label (RFC 1035, 2.3.4). */
const LONGEST_NAME = 63;

/** Of a StatefulSet: with the revision behind it, it is a label of the pod. */
const LONGEST_SET = 52;

/** Names of containers and volumes, which share one space on a host: every one of them may be taken once. */
export function checkNames({ at, settings }: Checked, notaries: Stack["notaries"]): Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  const claim = (names: readonly string[], owner: string, index: number) => {
    const taken = names.find((name) => owners.has(name));
    if (taken !== undefined) {
      const message = `${owners.get(taken)} and ${owner} would both be named ${taken}; rename a notary, or give the chain another symbol`;
      problems.push({ message, position: at(["dokomodo:notaries", index, "chains"]) });
    }
    for (const name of names) if (!owners.has(name)) owners.set(name, owner);
  };
  for (const [index, notary] of notaries.entries()) {
    if (notaries.findIndex(({ name }) => name === notary.name) !== index) {
      const position = at(["dokomodo:notaries", index, "name"]);
      problems.push({ message: `two notaries are named ${notary.name}`, position });
      continue;
    }
    const roles = (name: string, more: string[] = []) => [
      name,
      ...["pause", "proxy", "p2p"].map((role) => `${name}-${role}`),
      ...more,
    ];
    claim([`${notary.name}-restarter`], `the restarter of notary ${notary.name}`, index);
    claim([`${notary.name}-gateway`], `the gateway of notary ${notary.name}`, index);
    for (const host of notary.witnesses) {
      const witness = `${notary.name}-${host}-witness`;
      claim(roles(witness), `the witness of notary ${notary.name} on ${host}`, index);
      if (witness.length > LONGEST_NAME) {
        const message = `the witness on ${host} would be named ${witness}, and a name on the network has at most ${LONGEST_NAME} characters; shorten the notary's name or the host's`;
        problems.push({ message, position: at(["dokomodo:notaries", index, "name"]) });
      }
    }
    claimInCluster(notary, index);
    const iguana = `${notary.name}-iguana`;
    claim(roles(iguana, [`${iguana}-agent`]), `Iguana of notary ${notary.name}`, index);
    for (const { chain } of deployedChains(notary)) {
      const name = workloadName(notary.name, chain.symbol);
      claim(roles(name, [`${name}-data`]), `chain ${chain.symbol} of notary ${notary.name}`, index);
    }
  }
  return problems;

  /** What only a cluster has under a notary's name: its account, the policy for all, and the gateways. */
  function claimInCluster(notary: Notary, index: number): void {
    const segment = segmentOf(settings);
    const inCluster = (host: string) => segment(host) === CLUSTER;
    if (!hostsOf(notary).some(inCluster)) return;
    claim([notary.name, `${notary.name}-default`], `notary ${notary.name} itself`, index);
    if (settings.kubernetes.publish === "none") return;
    for (const host of hostsCalledFromElsewhere(notary, segment).filter(inCluster)) {
      const gateway = `${notary.name}-${host}-gateway`;
      claim([gateway], `the gateway of notary ${notary.name} on ${host}`, index);
      if (gateway.length > LONGEST_SET) {
        const message = `the gateway on ${host} would be named ${gateway}, and a name in a cluster has at most ${LONGEST_SET} characters; shorten the notary's name or the host's`;
        problems.push({ message, position: at(["dokomodo:notaries", index, "name"]) });
      }
    }
  }
}
