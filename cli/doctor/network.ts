import { certificateFindings } from "../../readings/certificateFindings";
import { chainFindings } from "../../readings/chainFindings";
import type { Finding } from "../../readings/finding";
import { bad, type Case, type Check, doubtful, good } from "./check";

/** Whether calls of the agent, and so of Iguana, reach the daemon's host. */
export const link: Check = {
  name: "link",
  after: ["host", "daemon"],
  look: (it) => {
    const { way, reading, readings, node, chain, callersHost } = it;
    if (callersHost?.problem !== undefined)
      return doubtful(
        `whoever calls it is on host ${callersHost.name}, which does not answer`,
        "Bring that host back. This chain goes on without it.",
      );
    const broken = way.find(({ state }) => state !== "running");
    if (broken !== undefined)
      return bad(
        `${broken.name} on host ${broken.host} ${broken.state === "stopped" ? "is stopped" : "does not run"}${broken.why === undefined ? "" : ` (${broken.why})`}`,
        broken.state === "stopped"
          ? `Run \`dokomodo start ${it.title}\`. If that changes nothing, run \`pulumi up --refresh\`.`
          : `Its log says why: \`dokomodo logs ${broken.role === undefined ? broken.workload : `${broken.workload}:${broken.role}`}\`.`,
      );
    const [certificate] = certificatesOf(it);
    if (certificate?.level === "bad") return { level: "bad", seen: certificate.text, mend: RENEW };
    if (isCut(it) && reading?.silence !== undefined)
      return bad(
        `calls do not reach it${it.listens === true ? ", though it listens" : ""}: ${reading.silence.detail}, since ${reading.silence.since}`,
        "external" in chain
          ? "Check its `url` and `authority` in dokomodo:external, and whether its machine is up."
          : `Let the hosts reach each other: port ${node.linkPort} of host ${it.host?.name} has to be open to host ${node.host}.`,
      );
    if (readings === undefined) return undefined;
    if (certificate !== undefined) return { level: certificate.level, seen: certificate.text, mend: RENEW };
    return good("calls reach it");
  },
};

/**
 * Whether calls are lost on their way. The agent cannot tell a daemon that is down from a host that it does not reach,
 * so it counts whether the daemon listens (runtime/agent/ChainRpc.ts).
 */
function isCut({ reading, listens }: Case): boolean {
  const kind = reading?.silence?.kind;
  return kind === "link" || (kind === "down" && listens === true);
}

const RENEW = "Run `pulumi up`, which renews it.";

/** What is to be said of the certificates on the chain's way, worst first. */
function certificatesOf({ readings, daemon, iguana }: Case): Finding[] {
  const names = [daemon?.workload, iguana?.workload];
  const days = Object.entries(readings?.certificates ?? {}).filter(([name]) => names.includes(name));
  return certificateFindings(Object.fromEntries(days)).sort(
    (one, other) => Number(other.level === "bad") - Number(one.level === "bad"),
  );
}

/** Whether Iguana runs and knows the chain. */
export const iguana: Check = {
  name: "Iguana",
  after: ["lease"],
  look: ({ node, chain, iguana: container, callersHost, readings, problem, reading }) => {
    if (!("iguana" in node)) return undefined;
    if (callersHost?.problem !== undefined)
      return bad(`it is on host ${node.host}, which does not answer`, "Bring the host back.");
    if (container === undefined)
      return bad(`it is not on host ${node.host}`, "Run `pulumi up --refresh`, which makes it again.");
    if (container.state === "stopped")
      return bad(
        "it is stopped",
        `If nobody wants it so, run \`dokomodo start iguana --node ${node.name}\`.`,
      );
    if (container.state === "starting") {
      const words = container.why ?? `it ended with ${container.lastExit?.code ?? "an unknown code"}`;
      return bad(
        `it does not run: ${words}`,
        `Its log says why: \`dokomodo logs iguana --node ${node.name} --tail 50\`.`,
      );
    }
    const seen = readings?.iguana;
    if (seen === undefined)
      return bad(
        problem ?? "its agent says nothing of it",
        `Run \`dokomodo start iguana --node ${node.name}\`, which starts the agent too. If it runs, \`dokomodo logs agent --node ${node.name}\` says more.`,
      );
    if (seen.state === "outdated")
      return bad(`it was made for another plan (${seen.detail ?? ""})`, "Run `pulumi up`.");
    if (seen.state !== "ready")
      return bad(
        `it is ${seen.state}, since ${seen.since}${seen.detail === undefined ? "" : `: ${seen.detail}`}`,
        `See \`dokomodo logs iguana --node ${node.name}\` and \`dokomodo logs agent --node ${node.name}\`.`,
      );
    const { symbol } = chain.chain;
    const height = seen.heights[symbol];
    if (height === undefined && reading?.silence === undefined)
      return bad(
        `it does not answer for ${symbol}`,
        `See \`dokomodo logs agent --node ${node.name}\`, which tells Iguana of the chain.`,
      );
    return good(`it is ready${height === undefined ? "" : `, and has ${symbol} at height ${height}`}`);
  },
};

/** Whether this Iguana may work: one Iguana per key. */
export const lease: Check = {
  name: "lease",
  after: [],
  look: ({ node, readings, callersHost, iguana: container }) => {
    if (!("iguana" in node)) return undefined;
    if (callersHost?.problem !== undefined || container?.state !== "running") return undefined;
    const held = readings?.iguana?.lease;
    if (held === undefined) return undefined;
    const { state, detail, remainingSeconds } = held;
    if (state === "none-asked") return good("the config asks for none");
    if (state === "held")
      return good(
        `it is held${remainingSeconds === undefined ? "" : `, for ${Math.floor(remainingSeconds)} s more`}`,
      );
    return bad(
      `it is ${state === "waiting" ? "not held" : state}${detail === undefined ? "" : `: ${detail}`}`,
      "If another Iguana has the key, stop the one that should not run (`dokomodo stop iguana` in its stack). If witnesses do not answer, bring their hosts back.",
    );
  },
};

/** Whether the chain follows its network. */
export const peers: Check = {
  name: "peers",
  after: ["RPC"],
  look: ({ reading, readings, bestKnown, chain }) => {
    if (reading === undefined || reading.silence !== undefined) return undefined;
    const findings = chainFindings(
      { ...reading, bestKnown },
      { at: readings?.at ?? new Date().toISOString() },
    );
    const about = findings.filter(({ of }) => ABOUT_PEERS.includes(of));
    const { height, peers: count } = reading;
    const [first, ...others] = about;
    const seen = `height ${height ?? "?"}, best known ${bestKnown ?? "?"}, ${count ?? "?"} peers`;
    if (first === undefined) return good(seen);
    const level = about.some(({ level: each }) => each === "bad") ? "bad" : "doubtful";
    const text = [first, ...others].map((each) => each.text).join("; ");
    if (about.some(({ of }) => of === "fork"))
      return {
        level,
        seen: `${text} (${seen})`,
        mend: "It is on another branch than its peers. Compare the hash of a block with an explorer. If this node is wrong, run `dokomodo reindex`, or remove its blocks and let it sync again.",
      };
    const p2p =
      "external" in chain
        ? ""
        : ` Is p2p port ${chain.publishedPort ?? chain.chain.p2pPort} of its host open to the world?`;
    return {
      level,
      seen: `${text} (${seen})`,
      mend: `Wait if it goes on.${p2p} The chain's \`addnode\` names peers to begin with.`,
    };
  },
};

/** Findings of a chain that are about its network (readings/chainFindings.ts). */
const ABOUT_PEERS: readonly string[] = ["peers", "lag", "standstill", "tipAge", "fork"];
