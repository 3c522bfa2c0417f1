import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { isSecret, type Properties } from "../standIns/providers/properties";
import type { Resource } from "../standIns/providers/resource";

/** Pulumi's mark of a secret value in an exported state (specialSigKey and specialSecretSig in @pulumi/pulumi/runtime/rpc). */
const SECRET = { key: "4dabf18193072939515e22adb298388d", value: "1b47061264138c4ac30d75fd1eb44270" };

const stateSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(
      z.looseObject({
        urn: z.string(),
        type: z.string(),
        id: z.string().optional(),
        inputs: z.record(z.string(), z.unknown()).optional(),
        outputs: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
  }),
});

/** The config and the state that an earlier release's `up` of the development notary left. */
export interface EarlierStack {
  /** Text of Pulumi.test.yaml. */
  readonly config: string;
  /** Text of `pulumi stack export --show-secrets`. */
  readonly state: string;
}

/** Reads the files in dev/scenes/earlier/<release>/<platform>. The config is encrypted with every TestStack's passphrase. */
export function readEarlier(release: string, platform: "docker" | "kubernetes"): EarlierStack {
  const folder = join(__dirname, "earlier", release, platform);
  return {
    config: readFileSync(join(folder, "Pulumi.test.yaml"), "utf8"),
    state: gunzipSync(readFileSync(join(folder, "state.json.gz"))).toString("utf8"),
  };
}

/**
 * Creates the resources of these kinds in a state again, from the inputs in the state. Passwords, keys and certificates stay
 * those of the state.
 * @returns the state with the new ids of these resources, and with their outputs where it had none
 */
export async function makeAgain<Session>(
  state: string,
  kinds: readonly Resource<Session>[],
  session: Session,
): Promise<string> {
  let made = stateSchema.parse(JSON.parse(state));
  for (const index of made.deployment.resources.keys()) {
    // The resource is read here, because the ids of resources made before have been replaced in its inputs.
    const resource = made.deployment.resources[index];
    const kind = kinds.find(({ token }) => token === resource?.type);
    if (kind === undefined || resource?.id === undefined) continue;
    const { urn, id, inputs = {} } = resource;
    const name = urn.split("::").at(-1) ?? "";
    const subject = { urn, name, session, timeout: 0, signal: new AbortController().signal };
    const created = await kind.create(subject, plain(inputs));
    resource.outputs ??= exported(created.outputs);
    made = stateSchema.parse(JSON.parse(JSON.stringify(made).replaceAll(id, created.id)));
  }
  return JSON.stringify(made);
}

/** Removes the marks of secrets from inputs, as Pulumi does before it hands them to a provider. */
function plain(inputs: Properties): Properties {
  return JSON.parse(
    JSON.stringify(inputs, (_, value: unknown) => {
      const marked = z
        .object({ [SECRET.key]: z.literal(SECRET.value), plaintext: z.string() })
        .safeParse(value);
      return marked.success ? JSON.parse(String(marked.data["plaintext"])) : value;
    }),
  );
}

/** Writes outputs as an exported state has them. A secret is its JSON, in a marked object. */
function exported(outputs: Properties): Properties {
  return JSON.parse(
    JSON.stringify(outputs, (_, value: unknown) =>
      isSecret(value)
        ? { [SECRET.key]: SECRET.value, plaintext: JSON.stringify(Object(value).value) }
        : value,
    ),
  );
}
