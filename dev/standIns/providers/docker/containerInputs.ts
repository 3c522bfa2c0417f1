import { z } from "zod";
import type { Ways } from "./comparison";

const text = z.string();
const name = z.string().min(1, "must not be empty");
const flag = z.boolean();
const count = z.number().int().min(0);
const texts = z.array(text);
const words = z.array(name);
const duration = z
  .string()
  .regex(/^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$/, "expected a duration such as 30s or 1m30s");

const port = z.strictObject({
  internal: z.number().int().min(1).max(65535),
  external: z.number().int().min(1).max(65535),
  ip: text.default("0.0.0.0"),
  protocol: z.enum(["tcp", "udp", "sctp"]).default("tcp"),
});

const upload = z.strictObject({
  file: z.string().startsWith("/", "expected an absolute path in the container"),
  content: text,
  permissions: z
    .string()
    .regex(/^0[0-7]{3}$/, "expected four octal digits such as 0444")
    .optional(),
  executable: flag.optional(),
  /** The official plugin also accepts names, which it looks up on the machine that runs Pulumi. */
  owner: z.string().regex(/^\d+$/, "expected a numeric user id").optional(),
  group: z.string().regex(/^\d+$/, "expected a numeric group id").optional(),
});

/** The inputs of a container that this project uses, with names and bounds of kreuzwerker's resource_docker_container.go. */
export const containerInputs = z.strictObject({
  name: z.string({ error: "a container needs a name of its own" }).min(1),
  image: name,
  command: words.optional(),
  entrypoints: texts.optional(),
  envs: texts.optional(),
  user: text.optional(),
  groupAdds: texts.optional(),
  workingDir: text.optional(),
  hostname: text.optional(),
  networkMode: text.optional(),
  networksAdvanced: z
    .array(z.strictObject({ name, aliases: texts.optional(), ipv4Address: text.optional() }))
    .optional(),
  pidMode: text.optional(),
  ports: z.array(port).optional(),
  volumes: z
    .array(
      z.strictObject({
        containerPath: name,
        hostPath: text.optional(),
        volumeName: text.optional(),
        readOnly: flag.optional(),
      }),
    )
    .optional(),
  mounts: z
    .array(
      z.strictObject({
        type: z.enum(["bind", "volume", "tmpfs"]),
        source: text.optional(),
        target: name,
        readOnly: flag.optional(),
      }),
    )
    .optional(),
  uploads: z.array(upload).optional(),
  capabilities: z.strictObject({ adds: texts.optional(), drops: texts.optional() }).optional(),
  securityOpts: texts.optional(),
  privileged: flag.optional(),
  readOnly: flag.optional(),
  restart: z.enum(["no", "on-failure", "always", "unless-stopped"]).optional(),
  maxRetryCount: count.optional(),
  memory: count.optional(),
  memoryReservation: count.optional(),
  memorySwap: z.number().int().min(-1).optional(),
  cpuShares: count.optional(),
  cpuSet: z
    .string()
    .regex(/^\d+([,-]\d+)*$/, "expected CPUs such as 0-2 or 0,1")
    .optional(),
  cpus: z
    .string()
    .regex(/^\d+(\.\d+)?$/, "expected a number of CPUs such as 1.5")
    .optional(),
  shmSize: count.optional(),
  ulimits: z.array(z.strictObject({ name, soft: z.number().int(), hard: z.number().int() })).optional(),
  init: flag.optional(),
  tmpfs: z.record(text, text).optional(),
  logDriver: text.optional(),
  logOpts: z.record(text, text).optional(),
  healthcheck: z
    .strictObject({
      tests: texts.optional(),
      interval: duration.optional(),
      timeout: duration.optional(),
      startPeriod: duration.optional(),
      retries: count.optional(),
    })
    .optional(),
  labels: z.array(z.strictObject({ label: name, value: text })).optional(),
  stopSignal: text.optional(),
  stopTimeout: count.optional(),
  hosts: z.array(z.strictObject({ host: name, ip: name })).optional(),
  dns: texts.optional(),
  rm: flag.optional(),
  attach: flag.optional(),
  start: flag.optional(),
  mustRun: flag.optional(),
  wait: flag.optional(),
  waitTimeout: count.optional(),
  destroyGraceSeconds: count.optional(),
  removeVolumes: flag.optional(),
});

export type ContainerInputs = z.infer<typeof containerInputs>;

/**
 * The official plugin accepts changes of init, rm and tmpfs in place, but then does nothing, because the engine cannot change
 * them. Here they replace the container. A healthcheck replaces since kreuzwerker's pull request 989, which 5.2 has.
 */
export const containerWays: Ways<ContainerInputs> = {
  name: {},
  image: {},
  command: { computed: true },
  entrypoints: { computed: true },
  envs: { computed: true },
  user: { computed: true },
  groupAdds: {},
  workingDir: { computed: true },
  hostname: { computed: true },
  networkMode: { default: "bridge" },
  networksAdvanced: {},
  pidMode: {},
  ports: {},
  volumes: {},
  mounts: {},
  uploads: {},
  capabilities: {},
  securityOpts: { computed: true },
  privileged: {},
  readOnly: {},
  restart: { inPlace: true, default: "no" },
  maxRetryCount: { inPlace: true },
  memory: { inPlace: true },
  memoryReservation: { inPlace: true },
  memorySwap: { inPlace: true },
  cpuShares: { inPlace: true },
  cpuSet: { inPlace: true },
  cpus: {},
  shmSize: { computed: true },
  ulimits: {},
  init: { computed: true },
  tmpfs: {},
  logDriver: { computed: true },
  logOpts: {},
  healthcheck: { computed: true },
  labels: { computed: true },
  stopSignal: { computed: true },
  stopTimeout: { computed: true },
  hosts: {},
  dns: {},
  rm: {},
  attach: { inPlace: true },
  start: { inPlace: true, default: true },
  mustRun: { inPlace: true, default: true },
  wait: { inPlace: true },
  waitTimeout: { inPlace: true, default: 60 },
  destroyGraceSeconds: { inPlace: true },
  removeVolumes: { inPlace: true, default: true },
};

/** The inputs that an engine can change while a container runs. Their order has no meaning. */
export const updatable = [
  "restart",
  "maxRetryCount",
  "memory",
  "memoryReservation",
  "memorySwap",
  "cpuShares",
  "cpuSet",
] as const;
