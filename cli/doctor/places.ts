import { hostFindings } from "../../readings/hostFindings";
import { bytesText } from "../../readings/wording";
import { bad, type Check, doubtful, good } from "./check";

/** Whether the chain's host answers at all. */
export const host: Check = {
  name: "host",
  after: [],
  look: ({ host: seen, chain }) => {
    if ("external" in chain) return undefined;
    if (seen === undefined) return bad("nothing is known of it", "Run `dokomodo hosts`.");
    if (seen.problem !== undefined)
      return bad(seen.problem, "Bring the host back. If it is lost, see `dokomodo hosts forget --help`.");
    return good(`${seen.name} answers${seen.version === undefined ? "" : ` (${seen.version})`}`);
  },
};

/** Whether the disk with the host's volumes has room. */
export const disk: Check = {
  name: "disk",
  after: ["host"],
  look: ({ host: seen, delay, title }) => {
    if (delay?.kind === "held")
      return bad(
        delay.text,
        `Make room on the disk of the volumes of host ${seen?.name}, then run \`dokomodo start ${title}\`.`,
      );
    if (seen?.disk === undefined) return undefined;
    const text = `${bytesText(seen.disk.freeBytes)} of ${bytesText(seen.disk.totalBytes)} are free on host ${seen.name}`;
    const finding = hostFindings(seen, undefined).find(({ of }) => of.startsWith("disk"));
    if (finding === undefined) return good(text);
    const mend =
      "Make room there (`docker system df -v` shows what is large), or place chains on another host. Never delete a volume that ends in -data.";
    return { level: finding.level, seen: text, mend };
  },
};

/** Whether the host's clock is right. Daemons refuse blocks of a time that is far from theirs. */
export const clock: Check = {
  name: "clock",
  after: ["host"],
  look: ({ host: seen }) => {
    const ahead = seen?.clockAheadSeconds;
    if (seen === undefined || ahead === undefined) return undefined;
    const text =
      Math.abs(ahead) < 1
        ? `that of host ${seen.name} is right`
        : `that of host ${seen.name} is ${Math.abs(Math.round(ahead))} s ${ahead > 0 ? "ahead of" : "behind"} this machine's`;
    const finding = hostFindings(seen, undefined).find(({ of }) => of === "clock");
    if (finding === undefined) return good(text);
    return {
      level: finding.level,
      seen: text,
      mend: "Find out which of the two clocks is wrong (`timedatectl`), and let a time service such as chrony or systemd-timesyncd set it.",
    };
  },
};

/** Words of engines and clusters for an image that cannot be had. */
const NO_IMAGE =
  /no such image|ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName|image .*not found/i;
/** Exit codes of a container whose program is not in its image, or cannot be run. */
const NO_PROGRAM = [126, 127];

/** Whether the daemon's image is there, is the one of the config, and has the daemon. */
export const image: Check = {
  name: "image",
  after: ["host"],
  look: ({ chain, daemon, log, title }) => {
    if ("external" in chain || daemon === undefined) return undefined;
    const { image: wanted } = chain.daemon;
    const change = "Correct `image` and `command` of the daemon in the stack's config, and run `pulumi up`.";
    if (daemon.why !== undefined && NO_IMAGE.test(daemon.why)) return bad(`${wanted}: ${daemon.why}`, change);
    const code = daemon.lastExit?.code;
    if (daemon.state !== "running" && code !== undefined && NO_PROGRAM.includes(code)) {
      const said = lastOfEntrypoint(log) ?? `the program cannot be run (exit code ${code})`;
      return bad(`${daemon.image}: ${said}`, change);
    }
    if (daemon.image !== wanted) {
      const seen = `${title} runs ${daemon.image}, and the config says ${wanted}`;
      return doubtful(seen, "Run `pulumi preview`, and then `pulumi up`.");
    }
    return good(daemon.image);
  },
};

/** The entry point's exit code for a file that is missing or wrong. */
const NO_FILE = 69;

/** Whether the files that the daemon needs before it starts are there. */
export const parameters: Check = {
  name: "parameters",
  after: ["host", "image"],
  look: ({ chain, daemon, log }) => {
    if ("external" in chain || daemon === undefined) return undefined;
    const downloads = chain.daemon.downloads ?? [];
    if (downloads.length === 0) return undefined;
    const isOpen = daemon.state !== "running" && daemon.lastExit?.code === NO_FILE;
    const said = log.filter((line) => /^entrypoint: the daemon needs /.test(line));
    if (!isOpen && (daemon.state === "running" || said.length === 0))
      return good(`${downloads.length} files are there, and each has its SHA-256`);
    const [first = "entrypoint: a file that it needs is missing or wrong"] = said;
    return bad(
      first.replace(/^entrypoint: /, "").replace(/\.$/, ""),
      "Run `pulumi up`, which fetches the files again. To bring them by hand, name a directory in dokomodo:downloads.",
    );
  },
};

/** The last thing that the entry point said, without its name. */
export function lastOfEntrypoint(log: readonly string[]): string | undefined {
  return log.findLast((line) => line.startsWith("entrypoint: "))?.replace(/^entrypoint: /, "");
}
