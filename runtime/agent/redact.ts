import type { AgentSecrets } from "./plan";

/** Takes every secret out of a text, in each spelling in which a daemon may repeat it. */
export type Redact = (text: string) => string;

export function redactor(secrets: AgentSecrets): Redact {
  const spellings = new Set<string>();
  const add = (secret: string): void => {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      spellings.add(form);
  };
  if (secrets.passphrase !== undefined) add(secrets.passphrase);
  for (const { rpcUser, rpcPassword, wif } of Object.values(secrets.coins)) {
    add(rpcPassword);
    if (wif !== undefined) add(wif);
    add(basicCredentials(rpcUser, rpcPassword));
  }
  // Longest first: a secret that is part of a longer one must not break it up.
  const longestFirst = [...spellings].filter((text) => text !== "").sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text);
}

/** What follows `Basic` in the Authorization header. */
export function basicCredentials(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString("base64");
}
