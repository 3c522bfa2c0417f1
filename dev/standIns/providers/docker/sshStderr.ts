/** Of what ssh says on the way, so that a line of it may come last without being the reason of a failure. */
const asides = [
  /^debug\d: /,
  /^Warning: Permanently added /,
  /^\*\* /,
  /^ControlSocket .* already exists, disabling multiplexing$/,
  /^mux_client_request_session: /,
];

/** sshd gave no reason: it does so while more connections wait for their login than MaxStartups allows. */
const dropped = /^Connection (closed|reset) by .* port \d+$/;

/** The reason in what ssh said before it ended; undefined where it said none. */
export function reasonIn(stderr: string): string | undefined {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !asides.some((aside) => aside.test(line)));
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  // Which key of which host, and whether it is another one or none is known, is in the line before.
  if (last === "Host key verification failed.") return lines.slice(-2).join(" ");
  if (dropped.test(last))
    return `${last}. With many connections at once its sshd drops some (MaxStartups): share one by ControlMaster in sshOpts, or run pulumi with a lower --parallel`;
  return last;
}
