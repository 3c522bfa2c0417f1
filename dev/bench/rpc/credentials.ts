/** User and password, as HTTP wants them, in the text of a chain's conf. */
export function credentialsIn(conf: string): string {
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(conf)?.[1] ?? "";
  return `${value("rpcuser")}:${value("rpcpassword")}`;
}
