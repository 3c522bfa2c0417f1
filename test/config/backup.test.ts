import { describe, expect, test } from "vitest";
import type { Chain } from "../../chains/chain";
import { deployedChains } from "../../notary/placement";
import { CHAINS, CONFIG, DIGEST, loadValues, messages, valuesOf, write } from "./stackFiles";

const PASSWORD = "canary-of-the-backup";
const SECURE = '{ secure: "v1:" }';
const DIRECTORY = `{ to: /srv/backup, password: ${SECURE} }`;
const S3 = `{ to: "s3:https://store.example/bucket", password: ${SECURE}, s3: { keyId: AKIA, key: ${SECURE} } }`;
const SFTP = `{ to: "sftp://keeper@store.example:2222//backups", every: 6h, keep: { last: 3 }, password: ${SECURE}, sftp: { privateKey: ${SECURE}, knownHosts: "store.example ssh-ed25519 AAAA" } }`;
const PRIVATE_KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n-----END OPENSSH PRIVATE KEY-----\n";

/** Loads a config with backups, of which Pulumi has decrypted the secrets. */
function loadBackup(stated: string, decrypted: unknown) {
  const images = CONFIG.replace("dokomodo:images: {", `dokomodo:images: { backup: "restic@${DIGEST}",`);
  const config = `${images}  dokomodo:backup: ${stated}\n`;
  write("Pulumi.test.yaml", config);
  return loadValues({
    ...valuesOf(config, { east: "a phrase" }),
    "dokomodo:backup": JSON.stringify(decrypted),
  });
}

describe("backups", () => {
  test.each([
    [
      "in a directory",
      DIRECTORY,
      { to: "/srv/backup", password: PASSWORD },
      {
        everySeconds: 86_400,
        keep: { daily: 7, weekly: 4, monthly: 12 },
        store: { kind: "directory", path: "/srv/backup" },
      },
    ],
    [
      "in an S3 store",
      S3,
      { to: "s3:https://store.example/bucket", password: PASSWORD, s3: { keyId: "AKIA", key: "canary key" } },
      { store: { kind: "s3", url: "https://store.example/bucket", keyId: "AKIA", key: "canary key" } },
    ],
    [
      "on a server of SFTP",
      SFTP,
      {
        to: "sftp://keeper@store.example:2222//backups",
        every: "6h",
        keep: { last: 3 },
        password: PASSWORD,
        sftp: { privateKey: PRIVATE_KEY, knownHosts: "store.example ssh-ed25519 AAAA" },
      },
      {
        everySeconds: 21_600,
        keep: { last: 3 },
        store: {
          kind: "sftp",
          server: "keeper@store.example",
          port: 2222,
          path: "/backups",
          privateKey: PRIVATE_KEY,
        },
      },
    ],
  ])("%s reach every daemon, with their secrets", (_, stated, decrypted, expected) => {
    const loaded = loadBackup(stated, decrypted);
    expect(messages(loaded)).toEqual([]);
    const daemons = loaded.ok ? loaded.value.notaries.flatMap(deployedChains) : [];
    expect(daemons).toHaveLength(3);
    for (const { daemon } of daemons)
      expect(daemon.backup).toMatchObject({ image: `restic@${DIGEST}`, password: PASSWORD, ...expected });
  });

  test.each([
    [
      "to a place that is none",
      '{ to: "ftp://x", password: P }',
      { to: "ftp://x", password: PASSWORD },
      /to must be a directory such as \/srv\/backup, a server .*; found "ftp:\/\/x"/,
    ],
    [
      "to an S3 store with a password in its address",
      '{ to: "s3:https://a:canary@store.example/b", password: P }',
      { to: "s3:https://a:canary@store.example/b", password: PASSWORD },
      /to must be a directory/,
    ],
    [
      "without access to an S3 store",
      '{ to: "s3:https://store.example/b", password: P }',
      { to: "s3:https://store.example/b", password: PASSWORD },
      /needs access: state dokomodo:backup\.s3/,
    ],
    [
      "with access that is of no use",
      "{ to: /srv/b, password: P, s3: { keyId: A, key: P } }",
      { to: "/srv/b", password: PASSWORD, s3: { keyId: "A", key: "canary" } },
      /\/srv\/b needs no s3/,
    ],
    [
      "with a password that ends with a line break",
      DIRECTORY,
      { to: "/srv/backup", password: `${PASSWORD}\n` },
      /the password is empty, or ends with a line break/,
    ],
    [
      "that keep nothing",
      "{ to: /srv/b, password: P, keep: {} }",
      { to: "/srv/b", password: PASSWORD, keep: {} },
      /at least one number of backups/,
    ],
    [
      "every now and then",
      "{ to: /srv/b, password: P, every: soon }",
      { to: "/srv/b", password: PASSWORD, every: "soon" },
      /a time such as 30m, 24h or 7d, or none; found "soon"/,
    ],
    [
      "of a node that is not there",
      "{ to: /srv/b, password: P, from: { eest: { node: west } } }",
      { to: "/srv/b", password: PASSWORD, from: { eest: { node: "west" } } },
      /no notary and no node is named eest; did you mean "east"\?/,
    ],
    [
      "with what is no private key",
      SFTP,
      { to: "sftp:k@h:/b", password: PASSWORD, sftp: { privateKey: "canary", knownHosts: "h x y" } },
      /this is no private key of OpenSSH/,
    ],
  ])("%s are refused, and no secret is shown", (_, stated, decrypted, message) => {
    const found = messages(
      loadBackup(stated.replaceAll("P }", `${SECURE} }`).replaceAll("P,", `${SECURE},`), decrypted),
    );
    expect(found.join("\n")).toMatch(message);
    expect(found.join("\n")).not.toMatch(/canary/);
  });

  test("of another node are given to a node, whose volumes no archive fills then", () => {
    const key = `02${"ab".repeat(32)}`;
    const from = `from: { east: { node: west, publicKey: "${key}" } }`;
    const archive = `bootstrap: { url: "https://files.example/beer.tar.gz", sha256: "${"0".repeat(64)}" }`;
    write("assetchains.yaml", CHAINS.replace("{ ac_name: BEER,", `{ ac_name: BEER, ${archive},`));
    const loaded = loadBackup(DIRECTORY.replace("{ to", `{ ${from}, to`), {
      to: "/srv/backup",
      password: PASSWORD,
      from: { east: { node: "west", publicKey: key } },
    });
    expect(messages(loaded)).toEqual([]);
    const daemons = loaded.ok ? loaded.value.notaries.flatMap(deployedChains) : [];
    expect(daemons.map(({ daemon }) => daemon.backup?.given)).toEqual(
      ["west-kmd", "west-ltc", "west-beer"].map((workload) => ({ workload, publicKey: key })),
    );
    const bootstraps = (each: readonly { readonly chain: Chain }[]) =>
      each.map(({ chain }) => chain.bootstrap?.sha256);
    expect(bootstraps(daemons)).toEqual([undefined, undefined, undefined]);
    const own = loadBackup(DIRECTORY, { to: "/srv/backup", password: PASSWORD });
    expect(bootstraps(own.ok ? own.value.notaries.flatMap(deployedChains) : [])).toContain("0".repeat(64));
  });
});
