import type Docker from "dockerode";
import type { ContainerInputs } from "./containerInputs";
import { nanoseconds } from "./durations";

const MiB = 1024 * 1024;

/** The body of the Engine API's request to create a container (kreuzwerker resourceDockerContainerCreate). */
export function createOptions(inputs: ContainerInputs): Docker.ContainerCreateOptions {
  const ports = (inputs.ports ?? []).map((port) => ({
    key: `${port.internal}/${port.protocol}`,
    binding: { HostIp: port.ip, HostPort: String(port.external) },
  }));
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { key, binding } of ports) bindings[key] = [...(bindings[key] ?? []), binding];
  const volumes = inputs.volumes ?? [];
  return given({
    name: inputs.name,
    Image: inputs.image,
    Cmd: inputs.command,
    Entrypoint: inputs.entrypoints,
    Env: inputs.envs,
    User: inputs.user,
    WorkingDir: inputs.workingDir,
    Hostname: inputs.hostname,
    StopSignal: inputs.stopSignal,
    StopTimeout: inputs.stopTimeout,
    Labels: Object.fromEntries((inputs.labels ?? []).map(({ label, value }) => [label, value])),
    ExposedPorts: Object.fromEntries(ports.map(({ key }) => [key, {}])),
    Volumes: Object.fromEntries(volumes.map(({ containerPath }) => [containerPath, {}])),
    Healthcheck: healthcheck(inputs),
    HostConfig: given({
      ...limits(inputs),
      NetworkMode: inputs.networkMode ?? "bridge",
      PidMode: inputs.pidMode,
      PortBindings: bindings,
      Binds: volumes.flatMap(({ containerPath, hostPath, volumeName, readOnly }) => {
        const source = hostPath || volumeName;
        return source ? [`${source}:${containerPath}:${readOnly === true ? "ro" : "rw"}`] : [];
      }),
      Mounts: (inputs.mounts ?? []).map(({ type, source, target, readOnly }) => ({
        Type: type,
        Source: source ?? "",
        Target: target,
        ReadOnly: readOnly ?? false,
      })),
      GroupAdd: inputs.groupAdds,
      CapAdd: inputs.capabilities?.adds,
      CapDrop: inputs.capabilities?.drops,
      SecurityOpt: inputs.securityOpts,
      Privileged: inputs.privileged,
      ReadonlyRootfs: inputs.readOnly,
      NanoCpus: inputs.cpus === undefined ? undefined : Math.round(Number(inputs.cpus) * 1e9),
      ShmSize: inputs.shmSize === undefined ? undefined : inputs.shmSize * MiB,
      Ulimits: (inputs.ulimits ?? []).map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
      Init: inputs.init ?? false,
      Tmpfs: inputs.tmpfs,
      LogConfig: { Type: inputs.logDriver ?? "", Config: inputs.logOpts ?? {} },
      ExtraHosts: (inputs.hosts ?? []).map(({ host, ip }) => `${host}:${ip}`),
      Dns: inputs.dns,
      AutoRemove: inputs.rm,
    }),
  });
}

/** The settings that can change while the container runs. The API takes bytes, and the inputs are in MiB. */
export function limits(inputs: ContainerInputs) {
  const { memorySwap } = inputs;
  return given({
    RestartPolicy: { Name: inputs.restart ?? "no", MaximumRetryCount: inputs.maxRetryCount ?? 0 },
    Memory: (inputs.memory ?? 0) * MiB,
    MemoryReservation: (inputs.memoryReservation ?? 0) * MiB,
    MemorySwap: memorySwap !== undefined && memorySwap > 0 ? memorySwap * MiB : memorySwap,
    CpuShares: inputs.cpuShares ?? 0,
    CpusetCpus: inputs.cpuSet ?? "",
  });
}

function healthcheck({ healthcheck }: ContainerInputs): Docker.HealthConfig | undefined {
  if (healthcheck === undefined) return undefined;
  return given({
    Test: healthcheck.tests,
    Interval: nanoseconds(healthcheck.interval ?? "0s"),
    Timeout: nanoseconds(healthcheck.timeout ?? "0s"),
    StartPeriod: nanoseconds(healthcheck.startPeriod ?? "0s"),
    Retries: healthcheck.retries ?? 0,
  });
}

type Given<Options> = { [Key in keyof Options]: Exclude<Options[Key], undefined> };

/** Leaves out undefined options, for which the engine then uses its own defaults. */
function given<Options extends object>(options: Options): Given<Options>;
function given(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
