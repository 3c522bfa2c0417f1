/** A lock that a run of Pulumi has on a stack whose state is in a folder or a bucket. */
export interface Lock {
  /** Where it is kept, as Pulumi writes it: `file:///states/.pulumi/locks/…/….json`. */
  readonly where: string;
  readonly user: string;
  /** The host name of the machine on which the run began. */
  readonly machine: string;
  readonly pid: number;
  readonly since: Date;
}

/** What is known of this machine's processes. */
export interface Processes {
  /** The host name of this machine. */
  readonly machine: string;
  /** What is known of a process; undefined if no such process runs. */
  find(pid: number): FoundProcess | undefined;
}

/** A process that runs. What the system does not tell is absent. */
export interface FoundProcess {
  readonly program?: string | undefined;
  readonly began?: Date | undefined;
}

/** `dead`: its process has ended. `elsewhere`: its process is on another machine, so nobody here knows whether it runs. */
export type Holder = "alive" | "dead" | "elsewhere";

/** Host names that machines have which nobody gave a name. Two of them are not the same machine. */
const NAMELESS = ["localhost", "localhost.localdomain", "(none)", ""];

/** The beginning of a process is known to a second. */
const CLOCK_MILLISECONDS = 2000;

/** What Pulumi says of a locked stack (docs/internals/pulumi.md, a lock). */
export const IS_LOCKED = /the stack is currently locked by \d+ lock/;

const LOCK = /^\s*(\S+): created by (.*)@([^@\s]*) \(pid (\d+)\) at (\S+)\s*$/gm;

/** The locks that Pulumi lists in the error of a command. */
export function parseLocks(said: string): Lock[] {
  return [...said.matchAll(LOCK)].map(([, where = "", user = "", machine = "", pid, since = ""]) => {
    return { where, user, machine, pid: Number(pid), since: new Date(since) };
  });
}

/**
 * Says whether the process that holds a lock still runs. The kernel gives the number of a process that has ended to another
 * one. So another program that began after the lock was made is not its holder. A Pulumi is always taken for it, because
 * somebody may have set the clock meanwhile.
 */
export function holderOf({ machine, pid, since, where }: Lock, processes: Processes): Holder {
  const isNameless = NAMELESS.includes(machine) && !where.startsWith("file:");
  if (machine !== processes.machine || isNameless) return "elsewhere";
  const found = processes.find(pid);
  if (found === undefined) return "dead";
  const { program, began } = found;
  if (program === undefined || began === undefined || program.includes("pulumi")) return "alive";
  return began.getTime() > since.getTime() + CLOCK_MILLISECONDS ? "dead" : "alive";
}

/** A lock for people: `ops on machine build-1, process 4711, for 2 h 5 min (since 2026-11-30 03:14 UTC)`. */
export function lockText({ user, machine, pid, since }: Lock, now: Date): string {
  const from = since.toISOString().replace("T", " ").slice(0, 16);
  return `${user} on machine ${machine}, process ${pid}, for ${duration(now.getTime() - since.getTime())} (since ${from} UTC)`;
}

function duration(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "less than a minute";
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
