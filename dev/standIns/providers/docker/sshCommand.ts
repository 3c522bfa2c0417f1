/**
 * The arguments of the ssh that carries one connection to the engine at `host`, an ssh:// URL: their order, the limit
 * of 30 s and -T are those of docker's own client (docker/cli connhelper 28.5). What the URL states comes first, and
 * with ssh the first of two counts. A path in the URL is the engine's socket over there.
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
  // Before anything is said that names the URL.
  if (/^ssh:\/\/[^/@]*:[^/]*@/.test(host))
    throw new Error("ssh:// takes no password, and this one would be in the state: use a key");
  if (!URL.canParse(host)) throw wrong(host, "it is no URL");
  const { username, hostname, port, pathname, search, hash } = new URL(host);
  if (hostname === "") throw wrong(host, "it names no host");
  if (search !== "" || hash !== "") throw wrong(host, "it takes no ? and no #");
  return {
    user: decodeURIComponent(username) || undefined,
    name: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port || undefined,
    path: pathname.replaceAll("/", "") === "" ? undefined : decodeURIComponent(pathname),
  };
}

function wrong(host: string, reason: string): Error {
  return new Error(
    `"${host}" is no Docker host, ${reason}: expected ssh://user@name or ssh://user@name:port`,
  );
}

/** One word for the shell over there. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
