import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { probe } from "../../../platforms/docker/preflight";

test.each([
  ["that is no PEM", "canary"],
  ["that is cut short", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"],
])("a problem of a host with a key %s does not quote the key", async (_, key) => {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-certificates-"));
  for (const file of ["ca.pem", "cert.pem", "key.pem"]) writeFileSync(join(folder, file), key);
  const problem = await probe({ name: "alpha", docker: "tcp://127.0.0.1:1", certificates: folder, ssh: {} });
  rmSync(folder, { recursive: true });
  expect(problem).toMatch(/^host alpha \(tcp:\/\/127\.0\.0\.1:1\): /);
  expect(problem).not.toMatch(/canary/);
});
