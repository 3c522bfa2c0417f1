import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { ExampleStack } from "./exampleStack";

const PROJECT = join(__dirname, "..", "..");

describe("somebody else's program, docs/example, in a checkout that was not built", () => {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-example-"));
  let stack: ExampleStack;

  beforeAll(async () => {
    cpSync(join(PROJECT, "docs/example/Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    symlinkSync(join(PROJECT, "docs/example/index.ts"), join(folder, "index.ts"));
    symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
    // The paths in it lead to the sources from docs/example, and not from this folder.
    stack = await ExampleStack.create(folder, {
      SWC_NODE_PROJECT: join(PROJECT, "docs/example/tsconfig.json"),
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("previews a notary with its chains, under parents of its own", () => stack.expectNotary());

  test("shows the public key and not the passphrase", () => stack.expectPublicKeyAlone());
});
