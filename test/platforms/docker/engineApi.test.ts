import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const PROJECT = join(__dirname, "..", "..", "..");
const LOGIN = "bG9naW4tb2YtYS1yZWdpc3RyeQ";

/** Makes one call with a login in its headers, to a socket where nobody answers. */
const SCRIPT = `
  const { openEngine } = require("./platforms/docker/engineApi");
  require("debug")("own")("heard");
  openEngine({ socketPath: "/nobody.sock" }, 1)
    .then((engine) => engine.createImage({ authconfig: { key: "${LOGIN}" } }, { fromImage: "a" }))
    .catch((error) => console.error(error.message));`;

test.each(["modem", "*", "own,modem*"])("a login stays out of the log that DEBUG=%s asks for", (names) => {
  const args = ["--require", "@swc-node/register", "--eval", SCRIPT];
  const run = spawnSync(process.execPath, args, { cwd: PROJECT, env: { ...process.env, DEBUG: names } });
  const text = `${run.stdout}${run.stderr}`;
  expect(text).toContain("ENOENT");
  expect(text).not.toContain(LOGIN);
  expect(text).not.toContain("modem Sending");
  if (names !== "modem") expect(text).toContain("own heard");
});

test("without the guard dockerode writes the login", () => {
  const script = SCRIPT.replace(
    'require("./platforms/docker/engineApi")',
    '{ openEngine: async (o) => new (require("dockerode"))(o) }',
  );
  const options = { cwd: PROJECT, env: { ...process.env, DEBUG: "modem" } };
  const text = execFileSync(
    "sh",
    ["-c", '"$0" --eval "$1" 2>&1', process.execPath, script],
    options,
  ).toString();
  expect(text).toContain("modem Sending");
});
