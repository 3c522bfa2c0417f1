/** A login for a registry. `server` is the registry as images name it (`registry.example:5000`, `docker.io`). */
export interface RegistryLogin {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** A login as the header X-Registry-Auth of an engine's API (docs/internals/engines.md, pulling). */
export function loginHeader(login: RegistryLogin): string {
  return Buffer.from(JSON.stringify({ ...login, serveraddress: loginServer(login) })).toString("base64url");
}

/** Logins in the form of the docker CLI's config.json, which a Secret of type kubernetes.io/dockerconfigjson holds. */
export function loginConfig(logins: readonly RegistryLogin[]): string {
  const auths = logins.map((login) => {
    const { username, password } = login;
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    return [loginServer(login), { username, password, auth }];
  });
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

/** The name of a registry for logins, which differs for Docker Hub (docs/internals/engines.md, logins). */
function loginServer({ server }: RegistryLogin): string {
  return server === "docker.io" ? "https://index.docker.io/v1/" : server;
}
