import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCopyOf, parseReference } from "../../platforms/imageReference";

const DIGEST = `sha256:${"0a".repeat(32)}`;

describe("the name of an image", () => {
  test.each([
    ["node", "docker.io", "node", undefined],
    ["node:22-slim", "docker.io", "node", "22-slim"],
    ["library/node:22", "docker.io", "library/node", "22"],
    ["docker.io/library/node", "docker.io", "docker.io/library/node", undefined],
    ["index.docker.io/library/node", "docker.io", "index.docker.io/library/node", undefined],
    ["localhost/node:1", "localhost", "localhost/node", "1"],
    ["localhost:5000", "docker.io", "localhost", "5000"],
    ["registry:5000/node", "registry:5000", "registry:5000/node", undefined],
    ["registry:5000/node:V1.0_x", "registry:5000", "registry:5000/node", "V1.0_x"],
    ["registry.example/a/b__c/d-e.f:1", "registry.example", "registry.example/a/b__c/d-e.f", "1"],
    ["[::1]:5000/node:1", "[::1]:5000", "[::1]:5000/node", "1"],
    ["127.0.0.1:5000/a/b:1", "127.0.0.1:5000", "127.0.0.1:5000/a/b", "1"],
  ])("%s belongs to the registry %s", (text, registry, name, tag) => {
    const reference = { registry, name, tag };

    expect(parseReference(text)).toEqual(reference);
    expect(parseReference(`${text}@${DIGEST}`)).toEqual({ ...reference, digest: DIGEST });
  });

  test.each([
    "",
    ":1",
    "Node",
    "node:",
    "node:-1",
    "node: 1",
    "node\n",
    "node@",
    "node@sha256:12",
    `node@sha256:${"A".repeat(64)}`,
    `node@sha512:${"0".repeat(128)}`,
    `${`node@${DIGEST}`}:1`,
    "https://registry.example/node",
    "registry.example//node",
    "registry.example:port/node",
    "a_/b",
    `node:${"x".repeat(129)}`,
  ])("%j is refused", (text) => {
    expect(parseReference(text)).toBeUndefined();
  });

  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const repository = fc.array(
    fc.tuple(word, fc.constantFrom("", "-", "--", "_", "__", "."), word).map((parts) => parts.join("")),
    { minLength: 1, maxLength: 3 },
  );
  const registry = fc.constantFrom(
    undefined,
    "localhost",
    "localhost:5000",
    "registry.example",
    "10.0.0.1:443",
  );
  const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { nil: undefined });
  const digest = fc.option(fc.stringMatching(/^[0-9a-f]{64}$/), { nil: undefined });

  test("is split into the parts that it was made of", () => {
    fc.assert(
      fc.property(registry, repository, tag, digest, (host, parts, someTag, hex) => {
        const name = [...(host === undefined ? [] : [host]), ...parts].join("/");
        const text = `${name}${someTag === undefined ? "" : `:${someTag}`}${hex === undefined ? "" : `@sha256:${hex}`}`;
        const reference = parseReference(text);

        expect(reference).toMatchObject({ name });
        expect([reference?.tag, reference?.digest]).toEqual([someTag, hex && `sha256:${hex}`]);
        if (host !== undefined) expect(reference?.registry).toBe(host);
      }),
    );
  });

  test("is a copy of another if a mirror has it under the same name", () => {
    const known = "komodoofficial/komodo:a";
    const copies = [
      "komodoofficial/komodo",
      "docker.io/komodoofficial/komodo:b",
      "mirror.example:5000/hub/komodoofficial/komodo",
    ];
    const others = [
      "komodo",
      "mykomodoofficial/komodo",
      "komodoofficial/komodo/fork",
      "mirror.example/komodo",
      "no name",
    ];
    expect(copies.filter((each) => isCopyOf(each, known))).toEqual(copies);
    expect(others.filter((each) => isCopyOf(each, known))).toEqual([]);
    expect(isCopyOf("komodo", undefined)).toBe(false);
  });
});
