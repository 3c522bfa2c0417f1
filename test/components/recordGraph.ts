import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { vi } from "vitest";
import type { Stack } from "../../config/stack";
import { deploy } from "../../program/deploy";
import { openRun } from "../../program/run";

/** A resource as the program registered it. An option that is not set is absent. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  /** Logical name of the parent. */
  readonly parent: string;
  readonly parentType: string;
  /** Logical name of an explicit provider. */
  readonly provider?: string;
  readonly protect?: true;
  readonly retainOnDelete?: true;
  readonly deleteBeforeReplace?: true;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  /** The parts of each alias that are stated, such as `kubernetes:apps/v1beta1:StatefulSet`. */
  readonly aliases?: readonly string[];
  /** Such as `delete 940s`. */
  readonly customTimeouts?: readonly string[];
  /** Resources that inputs come from, each as `type name`, sorted. */
  readonly from?: readonly string[];
  /** Resources that it only waits for (`dependsOn`), each as `type name`, sorted. */
  readonly after?: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What stands where a secret is. */
export const SECRET = "[secret]";

const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/**
 * Runs a program under Pulumi's mocks and returns all that it registered, sorted by name. Secret inputs are masked, so
 * that a value that lost its mark shows; revealed, they are what they would be, and so are names that a provider makes.
 */
export async function recordGraph(
  program: () => unknown,
  { preview = false, reveal = false }: { preview?: boolean; reveal?: boolean } = {},
): Promise<RecordedResource[]> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: { ...inputs, ...outputs(type, name, inputs), ...autoNamed(type, name, inputs, reveal) },
      }),
      call: ({ token }) => {
        throw new Error(`${token}: the program asks for nothing at run time`);
      },
    },
    "dokomodo",
    "test",
    preview,
  );
  const recorded: RecordedResource[] = [];
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) throw new Error("the mocks have no monitor");
  const register = monitor.registerResource.bind(monitor);
  vi.spyOn(monitor, "registerResource").mockImplementation((...args) => {
    recorded.push(recordedResource(args[0], reveal));
    return register(...args);
  });
  // The SDK takes a stack trace per promise, which is most of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  Error.stackTraceLimit = stackTraceLimit;
  return recorded
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .sort((a, b) => (`${a.name} ${a.type}` < `${b.name} ${b.type}` ? -1 : 1));
}

/** What the SDK asks the engine to register. */
function recordedResource(request: RegisterResourceRequest, reveal: boolean): RecordedResource {
  const parent = request.getParent();
  const properties = request.getPropertydependenciesMap();
  const from = new Set([...properties.keys()].flatMap((key) => properties.get(key)?.getUrnsList() ?? []));
  const after = request.getDependenciesList().filter((urn) => !from.has(urn));
  return {
    type: request.getType(),
    name: request.getName(),
    parent: logicalName(parent),
    parentType: typeName(parent),
    ...(request.getProvider() === "" ? {} : { provider: logicalName(request.getProvider()) }),
    ...(request.getProtect() ? { protect: true } : {}),
    ...(request.getRetainondelete() ? { retainOnDelete: true } : {}),
    ...(request.getDeletebeforereplace() ? { deleteBeforeReplace: true } : {}),
    ...stated("ignoreChanges", request.getIgnorechangesList()),
    ...stated("replaceOnChanges", request.getReplaceonchangesList()),
    ...stated("additionalSecretOutputs", request.getAdditionalsecretoutputsList()),
    ...stated("aliases", aliases(request)),
    ...stated("customTimeouts", timeouts(request)),
    ...stated("from", [...from].map(identity).sort()),
    ...stated("after", after.map(identity).sort()),
    inputs: masked(request.getObject()?.toJavaScript() ?? {}, reveal),
  };
}

/** A list under its name, and nothing where it is empty. */
function stated<Name extends string>(name: Name, list: readonly string[]) {
  return list.length === 0 ? {} : { [name]: list };
}

function aliases(request: RegisterResourceRequest): string[] {
  return request.getAliasesList().map((alias) => {
    const spec = alias.getSpec();
    if (spec === undefined) return alias.getUrn();
    // The SDK states the resource's own parent in the aliases of types that had another name.
    const parent = spec.getParenturn() === request.getParent() ? "" : spec.getParenturn();
    const parts = [spec.getType(), spec.getName(), spec.getStack(), spec.getProject(), parent];
    return [...parts, spec.getNoparent() ? "no parent" : ""].filter((part) => part !== "").join(" ");
  });
}

function timeouts(request: RegisterResourceRequest): string[] {
  const stated = request.getCustomtimeouts();
  return Object.entries({
    create: stated?.getCreate() ?? "",
    update: stated?.getUpdate() ?? "",
    delete: stated?.getDelete() ?? "",
  }).flatMap(([what, time]) => (time === "" ? [] : [`${what} ${time}`]));
}

/** All that a stack registers when it is brought up under the name `dev`, as in a preview or with secrets revealed. */
export function recordStack(
  stack: Stack,
  options: { preview?: boolean; reveal?: boolean } = {},
): Promise<RecordedResource[]> {
  return recordGraph(async () => deploy(stack, await openRun(stack, "dev")), options);
}

/** What every secret that the mocks make begins with. */
export const MADE = "Made";

/** A secret that is the same in every run and that a conf may hold. */
function madeFor(name: string): string {
  return MADE + createHash("sha256").update(name).digest("hex").slice(0, 28);
}

/** The outputs that the program reads, recognisable by the name of what makes them. */
function outputs(
  type: string,
  name: string,
  { keepers = {} }: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return { result: madeFor([name, ...Object.values(Object(keepers))].join(" ")) };
    case "tls:index/privateKey:PrivateKey":
      return { privateKeyPem: madeFor(name), publicKeyPem: `public key of ${name}` };
    case "tls:index/selfSignedCert:SelfSignedCert":
    case "tls:index/locallySignedCert:LocallySignedCert":
      return { certPem: `certificate of ${name}`, validityEndTime: "2029-01-01T00:00:00Z" };
    case "tls:index/certRequest:CertRequest":
      return { certRequestPem: `request of ${name}` };
    default:
      return {};
  }
}

/** What has no name gets one that is another for other contents, as an immutable object has to. */
function autoNamed(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  reveal: boolean,
): Record<string, unknown> {
  const metadata = Object(inputs["metadata"]);
  if (!type.startsWith("kubernetes:") || metadata.name !== undefined) return {};
  const ending = reveal
    ? createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 8)
    : "made";
  return { metadata: { ...metadata, name: `${name}-${ending}` } };
}

/** Last part of a URN, or of a provider's reference, which is `URN::id`. */
function logicalName(reference: string): string {
  return reference.split("::")[3] ?? "";
}

/** Type in a URN, without those of the parents. */
function typeName(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function identity(urn: string): string {
  return `${typeName(urn)} ${logicalName(urn)}`;
}

function masked(value: { [key: string]: unknown }, reveal: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, mask(inner, reveal)]),
  );
}

function mask(value: unknown, reveal: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => mask(each, reveal));
  if (typeof value !== "object" || value === null) return value;
  const entries: Record<string, unknown> = { ...value };
  if (!(SECRET_SIGNATURE in entries)) return masked(entries, reveal);
  return reveal ? mask(entries["value"], reveal) : SECRET;
}
