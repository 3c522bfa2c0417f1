import { describe, expect, test } from "vitest";
import { inCluster, told } from "./clusterFiles";
import { CONFIG } from "./stackFiles";

const CANARY = "canary-of-a-secret";

/** The config with further lines before the notaries. */
const withLines = (lines: string) =>
  CONFIG.replace("  dokomodo:notaries:\n", `${lines}  dokomodo:notaries:\n`);

describe("a problem of a config does not quote a value that may be a secret", () => {
  test.each([
    [
      "credentials in the place of their mapping",
      withLines(`  dokomodo:external: { FAR: "user:${CANARY}" }\n`),
      "config.dokomodo:external.FAR must be a mapping; found a secret value",
    ],
    [
      "credentials in the place of all of them",
      withLines(`  dokomodo:external: "user:${CANARY}"\n`),
      "config.dokomodo:external must be a mapping; found a secret value",
    ],
    [
      "a key of credentials that is misspelt",
      withLines(`  dokomodo:external: { FAR: { user: u, passwort: ${CANARY} } }\n`),
      'unknown key "passwort" in config.dokomodo:external.FAR; did you mean "password"?',
    ],
    [
      "a passphrase in the place of all of them",
      CONFIG.replace(/ {2}dokomodo:passphrases:[\s\S]*$/, `  dokomodo:passphrases: ${CANARY}\n`),
      "config.dokomodo:passphrases must be a mapping; found a secret value",
    ],
    [
      "a kubeconfig's text in the place of its path",
      inCluster(JSON.stringify({ kubeconfig: `users: [{ user: { token: ${CANARY} } }]` })),
      "config.dokomodo:kubernetes.kubeconfig must be the path of a kubeconfig, not its text; found a secret value",
    ],
    [
      "a password in an engine's address",
      CONFIG.replace("unix:///var/run/docker.sock", `ssh://ops:${CANARY}@198.51.100.10`),
      'found "ssh://ops:…@198.51.100.10"',
    ],
  ])("%s", (_, config, message) => {
    const messages = told(config).join("\n");
    expect(messages).toContain(message);
    expect(messages).not.toMatch(/canary/);
  });
});
