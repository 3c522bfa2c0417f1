import { describe, expect, test } from "vitest";
import { CONFIG, exchanged, load, loadValues, messages, valuesOf, write } from "./stackFiles";

const PASSWORD = "canary-of-the-registry";
const IMAGES = exchanged(CONFIG, ['image: "komodod@', 'image: "registry.example:5000/komodod@']);
const login = (server: string, username = "reader") =>
  `    - { server: "${server}", username: "${username}", password: { secure: "v1:" } }\n`;

/** Loads a config whose logins Pulumi has decrypted. */
function loadLogins(lines: string, registries: unknown) {
  const config = `${IMAGES}  dokomodo:registries:\n${lines}`;
  write("Pulumi.test.yaml", config);
  const values = valuesOf(config, { east: "a phrase" });
  return loadValues({ ...values, "dokomodo:registries": JSON.stringify(registries) });
}

describe("the login of a registry", () => {
  test("is taken with its password", () => {
    const one = { server: "registry.example:5000", username: "reader", password: PASSWORD };
    const loaded = loadLogins(login("registry.example:5000"), [one]);
    expect(messages(loaded)).toEqual([]);
    expect(loaded.ok ? loaded.value.registries : []).toEqual([one]);
  });

  test.each([
    [
      "for a registry that no image comes from",
      "registry.exmple:5000",
      "reader",
      PASSWORD,
      'Pulumi.test.yaml:15:17: no image of the stack comes from registry.exmple:5000; did you mean "registry.example:5000"?',
    ],
    [
      "for an address that is no registry's name",
      "https://registry.example",
      "reader",
      PASSWORD,
      'Pulumi.test.yaml:15:17: config.dokomodo:registries[0].server must be a registry as images name it, such as registry.example:5000 or docker.io; found "https://registry.example"',
    ],
    [
      "with a user name that HTTP would cut",
      "registry.example:5000",
      "a:b",
      PASSWORD,
      "Pulumi.test.yaml:15:52: registry.example:5000: the user name must not contain a :, which ends it in HTTP",
    ],
    [
      "with a password that has a line break at its end",
      "registry.example:5000",
      "reader",
      `${PASSWORD}\n`,
      "Pulumi.test.yaml:15:72: registry.example:5000: the password ends with a blank or a line break; set it with printf %s … | pulumi config set --secret --path 'dokomodo:registries[0].password'",
    ],
  ])("is refused %s", (_, server, username, password, message) => {
    const told = messages(loadLogins(login(server, username), [{ server, username, password }]));
    expect(told).toEqual([message]);
    expect(told.join()).not.toContain(PASSWORD);
  });

  test("is refused when a registry has two", () => {
    const one = { server: "registry.example:5000", username: "reader", password: PASSWORD };
    const told = messages(loadLogins(login(one.server) + login(one.server), [one, one]));
    expect(told).toEqual([
      "Pulumi.test.yaml:16:17: two logins are for the registry registry.example:5000; remove one of them",
    ]);
  });

  test("is refused when its password is not encrypted, and the password is not shown", () => {
    const plain = `  dokomodo:registries:\n    - { server: docker.io, username: reader, password: ${PASSWORD} }\n`;
    const told = messages(load(CONFIG + plain));
    expect(told).toEqual([
      "Pulumi.test.yaml:15:56: config.dokomodo:registries[0].password must be encrypted, as `pulumi config set --secret --path` leaves it; found a secret value",
    ]);
  });

  test("is not shown when it is a text instead of a mapping", () => {
    const told = messages(load(`${CONFIG}  dokomodo:registries: [${PASSWORD}]\n`));
    expect(told).toHaveLength(1);
    expect(told.join()).not.toContain(PASSWORD);
  });
});
