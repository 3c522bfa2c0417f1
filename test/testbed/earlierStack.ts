import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { container } from "./providers/docker/container";
import { openEngine } from "./providers/docker/engine";
import { network } from "./providers/docker/network";
import { volume } from "./providers/docker/volume";
import type { Properties } from "./providers/provider";
import { TestStack } from "./stack";

const FIXTURES = join(__dirname, "..", "containers", "earlier");
const RESOURCES = [network, volume, container];
/** Pulumi's mark of a secret value in an exported state (sdk/go/common/resource/properties.go, SecretSig). */
const SECRET = { key: "4dabf18193072939515e22adb298388d", value: "1b47061264138c4ac30d75fd1eb44270" };

const stateSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(
      z.looseObject({
        urn: z.string(),
        type: z.string(),
        id: z.string().optional(),
        inputs: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
  }),
});

/**
 * A stack as an earlier release brought it up on the local Docker Engine: the config and the state that it left, kept in
 * test/containers/earlier/<release>, with its containers made again from the inputs in that state. Passwords, keys and
 * certificates are those of the state.
 */
export async function bringUpEarlier(release: string, notary: string, listen: string): Promise<TestStack> {
  const folder = join(FIXTURES, release);
  const stack = await TestStack.create(notary, "its passphrase is in the config that it left", listen);
  const config = readFileSync(join(folder, "Pulumi.test.yaml"), "utf8");
  stack.editConfig(() => config);
  const session = openEngine({ host: "unix:///var/run/docker.sock" });
  let text = gunzipSync(readFileSync(join(folder, "state.json.gz"))).toString("utf8");
  const { resources } = stateSchema.parse(JSON.parse(text)).deployment;
  for (const [index, { urn, type, id }] of resources.entries()) {
    const kind = RESOURCES.find(({ token }) => token === type);
    if (kind === undefined || id === undefined) continue;
    // What was made before has another id by now.
    const { inputs = {} } = stateSchema.parse(JSON.parse(text)).deployment.resources[index] ?? {};
    const name = urn.split("::").at(-1) ?? "";
    const subject = { urn, name, session, timeout: 0, signal: new AbortController().signal };
    const created = await kind.create(subject, plain(inputs));
    text = text.replaceAll(id, created.id);
  }
  stack.writeFile("state.json", text);
  await stack.must("stack", "import", "--file", "state.json", "--stack", "test");
  return stack;
}

/** Inputs as a provider is handed them: without marks of secrets. */
function plain(inputs: Readonly<Record<string, unknown>>): Properties {
  return JSON.parse(
    JSON.stringify(inputs, (_, value: unknown) => {
      const marked = z
        .object({ [SECRET.key]: z.literal(SECRET.value), plaintext: z.string() })
        .safeParse(value);
      return marked.success ? JSON.parse(String(marked.data["plaintext"])) : value;
    }),
  );
}
