/** Who a registry knows, named as images name it (`registry.example:5000`, `docker.io`). */
export interface RegistryLogin {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** The header X-Registry-Auth of an engine's API. */
export function loginHeader(login: RegistryLogin): string {
  return Buffer.from(JSON.stringify({ ...login, serveraddress: loginServer(login) })).toString("base64url");
}

/** The docker CLI's config.json, as a Secret of type kubernetes.io/dockerconfigjson holds it. */
export function loginConfig(logins: readonly RegistryLogin[]): string {
  const auths = logins.map((login) => {
    const { username, password } = login;
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    return [loginServer(login), { username, password, auth }];
  });
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

/** Docker Hub has another name for logins than in images. */
function loginServer({ server }: RegistryLogin): string {
  return server === "docker.io" ? "https://index.docker.io/v1/" : server;
}
