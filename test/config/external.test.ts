import { describe, expect, test } from "vitest";
import { isExternal } from "../../notary/placement";
import { CONFIG, load, loadValues, messages, valuesOf, write } from "./stackFiles";

const FAR = `  dokomodo:external:
    FAR: { user: reader, password: { secure: "v1:" } }
`;
const withFar = CONFIG.replace("[KMD, LTC, BEER]", "[KMD, LTC, BEER, FAR]");
const password = "canary-of-far";

/** Loads a config whose external passwords Pulumi has decrypted. */
function loadExternal(config: string, external: unknown) {
  write("Pulumi.test.yaml", config);
  return loadValues({
    ...valuesOf(config, { east: "a phrase" }),
    "dokomodo:external": JSON.stringify(external),
  });
}

describe("a chain that somebody else runs", () => {
  test("is called at its url with the credentials of the config", () => {
    const loaded = loadExternal(withFar + FAR, { FAR: { user: "reader", password } });
    expect(messages(loaded)).toEqual([]);
    const far = loaded.ok ? loaded.value.notaries[0]?.chains.find(isExternal) : undefined;
    expect(far?.external).toEqual({
      url: "https://far.example:443",
      rpcUser: "reader",
      rpcPassword: password,
      importsKey: false,
    });
  });

  test.each([
    [
      "without credentials",
      withFar,
      undefined,
      `FAR is called at https://far.example:443, and the config has no user and password for it: set dokomodo:external.FAR.user, and the password with pulumi config set --secret --path 'dokomodo:external["FAR"].password'`,
    ],
    [
      "on a host",
      withFar.replace("FAR]", "FAR: alpha]") + FAR,
      { FAR: { user: "reader", password } },
      "FAR has a url, so it runs on none of the hosts",
    ],
    [
      "that no notary has",
      CONFIG + FAR,
      { FAR: { user: "reader", password } },
      "no notary and no node has a chain FAR with a url",
    ],
    [
      "with a user that HTTP would cut",
      withFar + FAR.replace("reader", '"a:b"'),
      { FAR: { user: "a:b", password } },
      "FAR: the RPC user must not contain a :, which ends it in HTTP",
    ],
    [
      "with a password that a conf cannot hold",
      withFar + FAR,
      { FAR: { user: "reader", password: `${password} #` } },
      "FAR: the RPC password must be 1 to 200 visible ASCII characters, none of them a # or a space",
    ],
    [
      "with an authority that is not there",
      withFar + FAR.replace('"v1:" }', '"v1:" }, authority: far.pem'),
      { FAR: { user: "reader", password, authority: "far.pem" } },
      "far.pem cannot be read in the project's folder",
    ],
  ])("is refused %s", (_, config, external, message) => {
    const told = messages(external === undefined ? load(config) : loadExternal(config, external)).join("\n");
    expect(told).toContain(message);
    expect(told).not.toContain(password);
  });

  test("is refused when its password is in clear, and the password is not shown", () => {
    const config = withFar + FAR.replace('{ secure: "v1:" }', password);
    const told = messages(loadExternal(config, { FAR: { user: "reader", password } })).join("\n");
    expect(told).toContain("must be encrypted, as `pulumi config set --secret --path` leaves it");
    expect(told).not.toContain(password);
  });
});
