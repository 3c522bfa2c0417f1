import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { JOIN, OUTPUT, outputKey, type PlannedOptions, type PlannedResource, SECRET } from "./bare/plan";

/** The key that marks a secret value (specialSigKey in @pulumi/pulumi/runtime/rpc). */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";
/** Matches the text that stands for an output while the program runs. It is valid in a conf, in JSON and in a PEM. */
const MARKER = /Made[0-9a-f]{28}/g;
const PROVIDER_TYPE = "pulumi:providers:docker";

/** The outputs that a program may read, keyed by resource type. */
const READ_OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  "docker:index/container:Container": ["id"],
  "docker:index/network:Network": ["name"],
  "docker:index/volume:Volume": ["name"],
  "random:index/randomPassword:RandomPassword": ["result"],
  "tls:index/privateKey:PrivateKey": ["privateKeyPem"],
  "tls:index/certRequest:CertRequest": ["certRequestPem"],
  "tls:index/selfSignedCert:SelfSignedCert": ["certPem"],
  "tls:index/locallySignedCert:LocallySignedCert": ["certPem"],
};

/**
 * Records all resources that a program registers, except components. A resource comes after those whose outputs it takes.
 */
export async function recordPlan(program: () => unknown): Promise<PlannedResource[]> {
  const keys = new Map<string, string>();
  const marker = (type: string, name: string, output: string) => {
    const key = outputKey(type, name, output);
    const text = `Made${createHash("sha256").update(key).digest("hex").slice(0, 28)}`;
    keys.set(text, key);
    return text;
  };
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      const made = (READ_OUTPUTS[type] ?? []).map((output) => [output, marker(type, name, output)]);
      const state: Record<string, string> = Object.fromEntries(made);
      return { id: state["id"] ?? `${name}-id`, state: { ...inputs, ...state } };
    },
    call: ({ token }) => {
      throw new Error(
        `The program called the function ${token}. Pulumi's mocks in this bench answer no functions.`,
      );
    },
  });
  const requests = listen();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  Error.stackTraceLimit = stackTraceLimit;
  return requests.filter((request) => request.getCustom()).map((request) => planned(request, keys));
}

/** Collects the requests that the program sends to Pulumi's monitor from now on. */
function listen(): RegisterResourceRequest[] {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) throw new Error("Pulumi's mocks have no monitor. Call setMocks first.");
  const requests: RegisterResourceRequest[] = [];
  const { registerResource } = monitor;
  Object.assign(monitor, {
    registerResource(request: RegisterResourceRequest, ...rest: unknown[]) {
      requests.push(request);
      return Reflect.apply(registerResource, monitor, [request, ...rest]);
    },
  });
  return requests;
}

function planned(request: RegisterResourceRequest, keys: ReadonlyMap<string, string>): PlannedResource {
  const type = request.getType();
  const provider = request.getProvider().split("::")[3];
  return {
    type,
    name: request.getName(),
    // Only the docker provider is explicit. Resources of random and tls use default providers, which have no name here.
    provider: type === PROVIDER_TYPE ? undefined : provider,
    inputs: JSON.stringify(replaced(request.getObject()?.toJavaScript() ?? {}, keys)),
    options: options(request),
  };
}

function options(request: RegisterResourceRequest): PlannedOptions {
  const ignoreChanges = request.getIgnorechangesList();
  const replaceOnChanges = request.getReplaceonchangesList();
  return {
    ...(request.getProtect() ? { protect: true } : {}),
    ...(request.getRetainondelete() ? { retainOnDelete: true } : {}),
    ...(request.getDeletebeforereplace() ? { deleteBeforeReplace: true } : {}),
    ...(ignoreChanges.length === 0 ? {} : { ignoreChanges }),
    ...(replaceOnChanges.length === 0 ? {} : { replaceOnChanges }),
  };
}

function replaced(value: unknown, keys: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return replacedText(value, keys);
  if (Array.isArray(value)) return value.map((item) => replaced(item, keys));
  if (typeof value !== "object" || value === null) return value;
  const entries: Record<string, unknown> = { ...value };
  if (SECRET_SIGNATURE in entries) return { [SECRET]: replaced(entries["value"], keys) };
  return Object.fromEntries(Object.entries(entries).map(([key, inner]) => [key, replaced(inner, keys)]));
}

function replacedText(text: string, keys: ReadonlyMap<string, string>): unknown {
  const markers = text.match(MARKER) ?? [];
  if (markers.length === 0) return text;
  const parts = text.split(MARKER).flatMap((part, index): unknown[] => {
    const key = keys.get(markers[index] ?? "");
    return [...(part === "" ? [] : [part]), ...(key === undefined ? [] : [{ [OUTPUT]: key }])];
  });
  return parts.length === 1 ? parts[0] : { [JOIN]: parts };
}
