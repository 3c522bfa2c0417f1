/** Reads `user:password` from the text of a chain's conf, in the form of HTTP's Basic authentication. */
export function credentialsIn(conf: string): string {
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(conf)?.[1] ?? "";
  return `${value("rpcuser")}:${value("rpcpassword")}`;
}
