/** Lines that ssh writes beside the reason of a failure. They may come last, so they are skipped. */
const asides = [
  /^debug\d: /,
  /^Warning: Permanently added /,
  /^\*\* /,
  /^ControlSocket .* already exists, disabling multiplexing$/,
  /^mux_client_request_session: /,
];

/** sshd drops a connection without a reason when more connections wait for their login than MaxStartups allows. */
const dropped = /^Connection (closed|reset) by .* port \d+$/;

/** Finds the reason of a failure in ssh's standard error. Undefined when there is none. */
export function reasonIn(stderr: string): string | undefined {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !asides.some((aside) => aside.test(line)));
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  // The line before says which host it is, and whether its key has changed or is not known.
  if (last === "Host key verification failed.") return lines.slice(-2).join(" ");
  if (dropped.test(last))
    return `${last}. With many connections at once its sshd drops some (MaxStartups). Share one connection by ControlMaster in sshOpts, or run pulumi with a lower --parallel.`;
  return last;
}
