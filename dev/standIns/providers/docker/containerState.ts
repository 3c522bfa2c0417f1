import { z } from "zod";
import type { Properties } from "../provider";
import { observed } from "./comparison";
import { durationText } from "./durations";

const MiB = 1024 * 1024;
const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const number = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

/** The part of GET /containers/{id}/json that is read. */
const inspected = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  State: z.object({
    Running: z.boolean(),
    ExitCode: z.number(),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
  Config: z.object({
    Image: z.string(),
    Hostname: z.string(),
    User: z.string(),
    WorkingDir: z.string(),
    Cmd: texts,
    Entrypoint: texts,
    StopSignal: z.string().nullish(),
    StopTimeout: z.number().nullish(),
    Healthcheck: z
      .object({ Test: texts, Interval: number, Timeout: number, StartPeriod: number, Retries: number })
      .nullish(),
  }),
  HostConfig: z.object({
    AutoRemove: z.boolean(),
    ReadonlyRootfs: z.boolean(),
    Privileged: z.boolean(),
    Init: z.boolean().nullish(),
    Dns: texts,
    SecurityOpt: texts,
    GroupAdd: texts,
    CapAdd: texts,
    CapDrop: texts,
    ExtraHosts: texts,
    RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number() }),
    Mounts: z
      .array(
        z.object({
          Type: z.string(),
          Source: z.string().default(""),
          Target: z.string(),
          ReadOnly: z.boolean().default(false),
        }),
      )
      .nullish(),
    Tmpfs: z.record(z.string(), z.string()).nullish(),
    Ulimits: z.array(z.object({ Name: z.string(), Soft: z.number(), Hard: z.number() })).nullish(),
    Memory: number,
    MemoryReservation: number,
    MemorySwap: number,
    CpuShares: number,
    CpusetCpus: z.string(),
    NanoCpus: number,
    ShmSize: number,
    LogConfig: z.object({ Type: z.string(), Config: z.record(z.string(), z.string()).nullish() }),
    NetworkMode: z.string(),
    PidMode: z.string(),
  }),
  NetworkSettings: z.object({
    Bridge: z.string().default(""),
    Ports: z
      .record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable())
      .nullish(),
    Networks: z
      .record(
        z.string(),
        z.object({
          IPAddress: z.string(),
          IPPrefixLen: z.number(),
          Gateway: z.string(),
          GlobalIPv6Address: z.string(),
          GlobalIPv6PrefixLen: z.number(),
          IPv6Gateway: z.string(),
          MacAddress: z.string(),
        }),
      )
      .nullish(),
  }),
});

export type Inspected = z.infer<typeof inspected>;

export function readInspected(answer: unknown): Inspected {
  return inspected.parse(answer);
}

/**
 * The container's outputs. They are the known values, with the engine's value for each input that the official plugin reads
 * back (kreuzwerker resourceDockerContainerRead). That plugin does not read envs, labels, uploads, volumes and the networks
 * of networksAdvanced, so no refresh sees a drift of these.
 */
export function outputsOf(found: Inspected, known: Properties): Properties {
  const { Config: config, HostConfig: host, NetworkSettings: network, State: state } = found;
  const running = state.Running;
  const mustRun = known["mustRun"] !== false;
  const live = {
    name: found.Name.replace(/^\//, ""),
    image: String(known["image"]).startsWith("sha256:") ? found.Image : config.Image,
    command: config.Cmd,
    entrypoints: config.Entrypoint,
    user: config.User,
    groupAdds: host.GroupAdd,
    workingDir: config.WorkingDir,
    hostname: config.Hostname,
    stopSignal: config.StopSignal ?? "",
    stopTimeout: config.StopTimeout ?? 0,
    rm: host.AutoRemove,
    readOnly: host.ReadonlyRootfs,
    privileged: host.Privileged,
    init: host.Init ?? false,
    dns: host.Dns,
    securityOpts: host.SecurityOpt,
    hosts: host.ExtraHosts.map(splitHost),
    restart: host.RestartPolicy.Name,
    maxRetryCount: host.RestartPolicy.MaximumRetryCount,
    mounts: (host.Mounts ?? []).map((mount) => ({
      type: mount.Type,
      source: mount.Source,
      target: mount.Target,
      readOnly: mount.ReadOnly,
    })),
    tmpfs: host.Tmpfs ?? {},
    memory: inMiB(host.Memory),
    memoryReservation: inMiB(host.MemoryReservation),
    memorySwap: host.MemorySwap > 0 ? inMiB(host.MemorySwap) : host.MemorySwap,
    shmSize: inMiB(host.ShmSize),
    cpuShares: host.CpuShares,
    cpuSet: host.CpusetCpus,
    logDriver: host.LogConfig.Type,
    networkMode: host.NetworkMode,
    ...(known["pidMode"] === undefined ? {} : { pidMode: host.PidMode }),
    ...(known["logOpts"] === undefined ? {} : { logOpts: host.LogConfig.Config ?? {} }),
    ...(known["ulimits"] === undefined ? {} : { ulimits: ulimitsOf(host.Ulimits ?? []) }),
    ...(known["ports"] === undefined || !(running || mustRun) ? {} : { ports: portsOf(network.Ports ?? {}) }),
    ...(host.NanoCpus > 0 ? { cpus: String(host.NanoCpus / 1e9) } : {}),
    ...(host.CapAdd.length + host.CapDrop.length > 0
      ? { capabilities: { adds: host.CapAdd, drops: host.CapDrop } }
      : {}),
    ...(config.Healthcheck == null ? {} : { healthcheck: healthcheckOf(config.Healthcheck) }),
    // A stopped container gets mustRun: false. This differs from the program's value, so the next update starts it.
    mustRun: mustRun && running,
  };
  return {
    ...observed(known, live),
    bridge: network.Bridge,
    networkDatas: networksOf(network.Networks ?? {}),
    exitCode: running ? (known["exitCode"] ?? 0) : state.ExitCode,
  };
}

function healthcheckOf(check: NonNullable<Inspected["Config"]["Healthcheck"]>): Properties {
  return {
    tests: check.Test,
    interval: durationText(check.Interval),
    timeout: durationText(check.Timeout),
    startPeriod: durationText(check.StartPeriod),
    startInterval: "0s",
    retries: check.Retries,
  };
}

function ulimitsOf(ulimits: NonNullable<Inspected["HostConfig"]["Ulimits"]>): Properties[] {
  return ulimits.map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard }));
}

/** Sorts by internal port, as the official plugin does. `ports` is a list, so another order would be a difference. */
function portsOf(ports: NonNullable<Inspected["NetworkSettings"]["Ports"]>): Properties[] {
  return Object.entries(ports)
    .map(([key, bindings]) => ({
      internal: Number(key.split("/")[0]),
      protocol: key.split("/")[1],
      bindings,
    }))
    .sort((a, b) => a.internal - b.internal || ((a.protocol ?? "") < (b.protocol ?? "") ? -1 : 1))
    .flatMap(({ internal, protocol, bindings }) =>
      (bindings ?? []).map(({ HostIp, HostPort }) => ({
        internal,
        external: Number(HostPort),
        ip: HostIp,
        protocol,
      })),
    );
}

function networksOf(networks: NonNullable<Inspected["NetworkSettings"]["Networks"]>): Properties[] {
  return Object.entries(networks)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([networkName, data]) => ({
      networkName,
      ipAddress: data.IPAddress,
      ipPrefixLength: data.IPPrefixLen,
      gateway: data.Gateway,
      globalIpv6Address: data.GlobalIPv6Address,
      globalIpv6PrefixLength: data.GlobalIPv6PrefixLen,
      ipv6Gateway: data.IPv6Gateway,
      macAddress: data.MacAddress,
    }));
}

function splitHost(entry: string): Properties {
  const colon = entry.indexOf(":");
  return { host: entry.slice(0, colon), ip: entry.slice(colon + 1) };
}

function inMiB(bytes: number): number {
  return Math.floor(bytes / MiB);
}
