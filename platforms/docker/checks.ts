import type { HostCheck } from "../definition";
import type { DockerEndpoint } from "./host";
import { type Login, loginsWith } from "./logins";
import { probe } from "./preflight";
import { serviceStopSeconds } from "./service";

/**
 * Seconds on top of the longest grace: pause adds some to it, and the engine takes some for itself
 * (docs/internals/engines.md, stopping the engine).
 */
const ENGINE_MARGIN_SECONDS = 60;

/** The looks at Docker hosts that `dokomodo hosts` offers. */
export function dockerChecks(endpoints: readonly DockerEndpoint[]): HostCheck[] {
  return endpoints.map((endpoint) => ({
    host: endpoint.name,
    address: endpoint.docker,
    problem: () => probe(endpoint),
    warnings: async (uids, longestGraceSeconds) => {
      const [seconds, logins] = await Promise.all([serviceStopSeconds(endpoint), loginsWith(uids, endpoint)]);
      const told = [
        stopWarning(endpoint.name, seconds, longestGraceSeconds),
        loginWarning(endpoint.name, logins),
      ];
      return told.filter((warning) => warning !== undefined);
    },
  }));
}

/**
 * Warns of a Docker Engine that systemd would kill before the engine's containers have ended; undefined if it would
 * not.
 * @param seconds that systemd waits; undefined if that is not known
 * @param grace seconds that a container may take to stop
 */
export function stopWarning(host: string, seconds: number | undefined, grace: number): string | undefined {
  const needed = grace + ENGINE_MARGIN_SECONDS;
  if (seconds === undefined)
    return (
      `Host ${host}: how long its Docker Engine may take to stop is not known. If systemd starts it there, ` +
      `docker.service needs TimeoutStopSec=${needed}.`
    );
  if (seconds >= needed) return undefined;
  return (
    `Warning: host ${host}: systemd kills the Docker Engine ${seconds} s after it told it to stop, and a daemon may need ` +
    `${grace} s to write what it holds. A restart of Docker or of the machine could damage its data. Run ` +
    "`sudo systemctl edit docker.service` there, add these two lines, and run this again:\n" +
    `  [Service]\n  TimeoutStopSec=${needed}`
  );
}

/**
 * Warns of logins that have the uid of a process of the stack (docs/guide/security.md, somebody with a login on a
 * host); undefined if there are none.
 */
export function loginWarning(host: string, logins: readonly Login[]): string | undefined {
  if (logins.length === 0) return undefined;
  const named = logins.map(({ name, uid }) => `${name} (uid ${uid})`).join(", ");
  return (
    `Warning: host ${host}: processes of the stack may have the uid of a login there: ${named}. Such a login sees none of ` +
    "their secrets, but can end them by a signal. Give it another uid (`sudo usermod --uid …`), or keep it off this host."
  );
}
