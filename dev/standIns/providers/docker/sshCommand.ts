/**
 * The arguments of the ssh process that makes one connection to the engine at `host`, an ssh:// URL. Their order, the limit of
 * 30 s and -T are those of docker's own client (docker/cli connhelper 28.5). What the URL states comes first, because for ssh
 * the first of two options counts. A path in the URL is the path of the engine's socket on the host.
 */
export function sshArguments(host: string, options: readonly string[]): string[] {
  const { user, name, port, path } = parsed(host);
  const remote = ["docker", ...(path === undefined ? [] : [quoted(`--host=unix://${path}`)])];
  return [
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", port]),
    ...options,
    ...(options.join("").includes("ConnectTimeout") ? [] : ["-o", "ConnectTimeout=30"]),
    ...(options.includes("-T") ? [] : ["-T"]),
    "--",
    name,
    [...remote, "system", "dial-stdio"].join(" "),
  ];
}

function parsed(host: string) {
  // This is checked first, because the messages below quote the URL.
  if (/^ssh:\/\/[^/@]*:[^/]*@/.test(host))
    throw new Error(
      "A URL with ssh:// must not have a password, because it would be stored in the state. Use an SSH key.",
    );
  if (!URL.canParse(host)) throw wrong(host, "it cannot be read as a URL");
  const { username, hostname, port, pathname, search, hash } = new URL(host);
  if (hostname === "") throw wrong(host, "it has no host name");
  if (search !== "" || hash !== "") throw wrong(host, "it must not have a ? or a #");
  return {
    user: decodeURIComponent(username) || undefined,
    name: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port || undefined,
    path: pathname.replaceAll("/", "") === "" ? undefined : decodeURIComponent(pathname),
  };
}

function wrong(host: string, reason: string): Error {
  return new Error(`"${host}" is no Docker host: ${reason}. Use ssh://user@name or ssh://user@name:port.`);
}

/** Quotes a word for the shell of the host. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
