import { z } from "zod";
import { isOwnFlag, ownFlagPhrase } from "../../chains/ownFlags";

/** A name that becomes part of container names and of names on the network. */
const name = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/,
    "a DNS label: lower-case letters, digits and -, at most 32 characters",
  );
const symbol = z.string().min(1);
const PORT = "a port from 1024 to 65535";
const port = z.int(PORT).min(1024, PORT).max(65535, PORT);
const ipv4 = z.ipv4("an IPv4 address");
const absolutePath = z.string().regex(/^\/[^\0]*[^/\0]$/, "an absolute path");
const image = z.string().regex(/^\S+$/, "an image's reference");
const user = z.string().regex(/^[1-9]\d*(:[1-9]\d*)?$/, "uid or uid:gid in digits, neither of them 0");
/** Both, for the agent has to be the same as Iguana, in an image of its own. */
const userAndGroup = z.string().regex(/^[1-9]\d*:[1-9]\d*$/, "uid:gid in digits, neither of them 0");
const words = z.array(z.string().min(1));
const BYTE = "a byte from 0 to 255";
const prefix = z.int(BYTE).min(0, BYTE).max(255, BYTE);
const CHAIN = "a symbol, the name of a set, or one of them with its host, such as BEER: beta";
const OFFSET = "a whole number from 0 to 50000";
const MEMORY = "a whole number of MiB, 64 or more";
const memory = z.int(MEMORY).min(64, MEMORY);
const GIB = "a whole number of GiB, 1 or more";
const gibibytes = z.int(GIB).min(1, GIB);
const CORES = "a number of cores from 0.001 to 64";
const requests = z.strictObject({
  cpu: z.number(CORES).min(0.001, CORES).max(64, CORES).optional(),
  memory: memory.optional(),
});
const prefixes = z.strictObject({ pubkeyHash: prefix, scriptHash: prefix, wif: prefix });

const DOCKER = "unix:///path of a socket, ssh://user@host[:port], or tcp://host:port";
const path = z.string().regex(/^[^\0]+$/, "a path");

const platform = z.enum(["docker", "kubernetes"]);

export const hostSchema = z.strictObject({
  name,
  /** The stack's own where it is not stated. */
  platform: platform.optional(),
  /** Where the operator reaches the Docker Engine. */
  docker: z
    .string()
    .regex(/^(unix:\/\/\/.+|ssh:\/\/[^\s@/:]+@[^\s@/:]+(:\d{1,5})?|tcp:\/\/[^\s@/:]+:\d{1,5})$/, DOCKER)
    .optional(),
  /** On Kubernetes: labels of its nodes, none for any node; the node of the host's own name where not stated. */
  nodes: z.record(z.string().min(1), z.string()).optional(),
  /** Of tcp://: folder with ca.pem, cert.pem and key.pem, relative to the project. */
  certificates: path.optional(),
  /** Where other machines reach the host. */
  address: ipv4.optional(),
  /** The host's own address that published ports are bound to. */
  listen: ipv4.default("0.0.0.0"),
  /** The engine's socket on the host itself. */
  socket: absolutePath.optional(),
});

/** How ssh:// hosts are reached, beside what the operator's own ssh_config says; paths are relative to the project. */
export const sshSchema = z.strictObject({
  /** File with the hosts' keys, to be kept with the stack; the operator's own where it is not stated. */
  knownHosts: path.optional(),
  /** Private key. */
  identity: path.optional(),
});

/** As `pulumi config set --secret --path` leaves it. */
const encrypted = z.strictObject(
  { secure: z.string() },
  "encrypted, as `pulumi config set --secret --path` leaves it",
);

/** Who a registry of images lets in. */
const registrySchema = z.strictObject({
  /** As images name it. */
  server: z
    .string()
    .regex(
      /^[A-Za-z0-9.-]+(:\d{1,5})?$/,
      "a registry as images name it, such as registry.example:5000 or docker.io",
    ),
  username: z.string().min(1),
  password: encrypted,
});

/** How a daemon that somebody else runs is called. */
const externalSchema = z.strictObject({
  user: z.string().min(1),
  password: encrypted,
  /** PEM of who signed the certificate of an https:// url, relative to the project. */
  authority: path.optional(),
  /** Whether the notary's private key may go to that daemon. */
  importKey: z.boolean().default(false),
});

/** A text that is none of the flags which dokomodo decides; a chain's own directory comes from its home and its conf. */
function notOwn(text: z.ZodString): z.ZodString {
  return text.refine((flag) => !isOwnFlag(flag, ["datadir"]), {
    error: ({ input }) => ownFlagPhrase(String(input)),
  });
}

export const daemonSchema = z.strictObject({
  image: image.optional(),
  command: z
    .array(notOwn(z.string().min(1)))
    .min(1)
    .optional(),
  user: user.optional(),
  home: absolutePath.optional(),
  flags: z.array(notOwn(z.string().regex(/^-[^\s-]\S*$/, "a flag that begins with one -"))).optional(),
  /** Address prefixes of the network that this daemon runs on, instead of each chain's own. */
  prefixes: prefixes.optional(),
  /** MiB for each chain of this daemon. */
  memory: memory.optional(),
  /** What a scheduler counts with for each chain of this daemon. */
  requests: requests.optional(),
  /** Directories that its image writes to beside its data, where the root is read-only; empty at each start. */
  scratch: z.array(absolutePath).optional(),
  /** GiB of each chain's volume on Kubernetes. */
  storage: gibibytes.optional(),
});

const electedSchema = z.strictObject({
  BTCminsigs: z.int().min(1).max(64),
  minsigs: z.int().min(1).max(64),
  seeds: z.array(ipv4).min(8, "at least 8 addresses, repeats are fine (Iguana crashes with fewer)").max(64),
  notaries: z
    .array(
      z.record(
        z.string().min(1),
        z.string().regex(/^(own|0[23][0-9a-f]{64})$/, "a public key of 66 hex digits, or own"),
      ),
    )
    .min(1)
    .max(64),
});

const iguanaFields = {
  image,
  command: words.min(1),
  user: userAndGroup,
  home: absolutePath,
  directory: absolutePath,
  rpcPort: port,
  busPort: port,
  memory,
  requests,
  /** Whether operators may call its RPC from elsewhere, with a certificate. */
  listenToAll: z.boolean(),
  elected: electedSchema,
};

export const iguanaSchema = z.strictObject({
  ...iguanaFields,
  command: iguanaFields.command.default(["iguana", "notary"]),
  user: userAndGroup.default("3004:3004"),
  home: absolutePath.default("/home/iguana"),
  directory: absolutePath.optional(),
  rpcPort: port.default(7776),
  busPort: port.default(7775),
  memory: memory.default(4096),
  requests: requests.optional(),
  listenToAll: z.boolean().default(false),
  elected: electedSchema.optional(),
});

/** What one notary's Iguana has otherwise. */
const ownIguanaSchema = z.strictObject(iguanaFields).partial();

export const notarySchema = z.strictObject({
  name,
  /** Symbols, or names of sets in assetchains.yaml; each may state the host of what it names, as `BEER: beta`. */
  chains: z
    .array(
      z.union([symbol, z.record(symbol, name).refine((entry) => Object.keys(entry).length === 1)], CHAIN),
    )
    .min(1),
  /** Where Iguana runs, and what `placement` does not name. */
  host: name,
  placement: z.record(symbol, name).default({}),
  /** IPv4 address as other notaries reach it; the host's own where it is not stated. */
  address: ipv4.optional(),
  /** IPv4 addresses of the other notaries. */
  peers: z.array(ipv4).default([]),
  /** Chains that are notarised to another chain than assetchains.yaml says, or to `none`. */
  dest: z.record(symbol, symbol).default({}),
  /** Port on which its hosts take its links from elsewhere. */
  linkPort: port.default(7443),
  /** How much higher its published p2p ports and `linkPort` are, where another notary has them on the same host. */
  portOffset: z.int(OFFSET).min(0, OFFSET).max(50_000, OFFSET).default(0),
  iguana: ownIguanaSchema.default({}),
  /** Another value makes another RPC password for that chain. */
  rotation: z.record(symbol, z.union([z.string(), z.number()]).transform(String)).default({}),
});

/** What a namespace's name is (RFC 1123), */
export const NAMESPACE_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** and in words. */
export const DNS_LABEL =
  "a DNS label: at most 63 lower-case letters, digits and -, with a letter or digit at both ends";
const namespace = z.string().regex(NAMESPACE_NAME, DNS_LABEL);
const cidr = z.union([z.cidrv4(), z.cidrv6()], "a network such as 10.0.0.0/8");

/** The cluster, for hosts on Kubernetes. */
const kubernetesSchema = z.strictObject({
  /** Relative to the project; $KUBECONFIG, else ~/.kube/config, where it is not stated. */
  kubeconfig: z
    .string()
    .regex(/^[^\0\n{]+$/, "the path of a kubeconfig, not its text")
    .optional(),
  /** The kubeconfig's current one where it is not stated. */
  context: z.string().min(1).optional(),
  /** `dokomodo-<stack>` where it is not stated. */
  namespace: namespace.optional(),
  /** Otherwise it is there already, with what labels it may have. */
  createNamespace: z.boolean().default(true),
  /** How p2p ports and links from outside of the cluster are open to the world. */
  publish: z.enum(["none", "hostPort", "NodePort", "LoadBalancer"]).default("none"),
  /** Of Services of type LoadBalancer. */
  serviceAnnotations: z.record(z.string().min(1), z.string()).default({}),
  /** The cluster's default where it is not stated. */
  storageClass: z.string().min(1).optional(),
  /** GiB of a chain's volume, by symbol. */
  storage: z.record(symbol, gibibytes).default({}),
  clusterDomain: z.string().min(1).default("cluster.local"),
  /** Where no peers are: daemons may call any other address. */
  privateNetworks: z
    .array(cidr)
    .default([
      "10.0.0.0/8",
      "100.64.0.0/10",
      "169.254.0.0/16",
      "172.16.0.0/12",
      "192.168.0.0/16",
      "fc00::/7",
      "fe80::/10",
    ]),
  /** A namespace that is there already, where notaries of several namespaces find each other's leases. */
  leaseNamespace: namespace.optional(),
  imagePullSecrets: z.array(z.string().min(1)).default([]),
});

const AT_ONCE = "a whole number from 1 to 1000";
const SECONDS = "a whole number of seconds from 1 to 86400";

/** How a change reaches workloads that run. */
const rollOutSchema = z.strictObject({
  /** How many are replaced at a time. */
  atOnce: z.int(AT_ONCE).min(1, AT_ONCE).max(1000, AT_ONCE).default(1),
  /** How long one that was replaced may take until it takes calls. */
  seconds: z.int(SECONDS).min(1, SECONDS).max(86_400, SECONDS).default(300),
});

/** What `dokomodo:` may hold in a stack's config. */
const settings = {
  platform: platform.default("docker"),
  kubernetes: kubernetesSchema.default(() => kubernetesSchema.parse({})),
  /** A development stack takes images by tag and does not protect its volumes. */
  development: z.boolean().default(false),
  /** The list of chains, relative to the project. */
  registry: z.string().min(1).default("assetchains.yaml"),
  hosts: z.array(hostSchema).min(1),
  ssh: sshSchema.default({}),
  /** By symbol, for chains whose entry has a `url`. */
  external: z.record(symbol, externalSchema).default({}),
  rollOut: rollOutSchema.default(() => rollOutSchema.parse({})),
  /** Registries that give images to nobody who has not logged in. */
  registries: z.array(registrySchema).default([]),
  /** Earlier releases had an image of its own for the pause containers. It is not used any more. */
  images: z.strictObject({ pause: image.optional(), proxy: image, agent: image }),
  daemons: z.record(z.string().min(1), daemonSchema).default({}),
  iguana: iguanaSchema,
  notaries: z.array(notarySchema).min(1),
  /** By notary, as the stack's file holds them; what they decrypt to is looked at elsewhere, and never shown. */
  passphrases: z.record(name, encrypted).default({}),
};

/** The settings under their full keys; those of other namespaces, such as `pulumi:`, pass. */
export function configSchema(keys: readonly string[]) {
  const foreign = keys.filter((key) => !key.startsWith("dokomodo:"));
  return z
    .strictObject({
      "dokomodo:platform": settings.platform,
      "dokomodo:kubernetes": settings.kubernetes,
      "dokomodo:development": settings.development,
      "dokomodo:registry": settings.registry,
      "dokomodo:hosts": settings.hosts,
      "dokomodo:ssh": settings.ssh,
      "dokomodo:external": settings.external,
      "dokomodo:rollOut": settings.rollOut,
      "dokomodo:registries": settings.registries,
      "dokomodo:images": settings.images,
      "dokomodo:daemons": settings.daemons,
      "dokomodo:iguana": settings.iguana,
      "dokomodo:notaries": settings.notaries,
      "dokomodo:passphrases": settings.passphrases,
      ...Object.fromEntries(foreign.map((key) => [key, z.unknown()])),
    })
    .transform((config) => ({
      development: config["dokomodo:development"],
      registry: config["dokomodo:registry"],
      kubernetes: config["dokomodo:kubernetes"],
      hosts: config["dokomodo:hosts"].map((host) => ({
        ...host,
        platform: host.platform ?? config["dokomodo:platform"],
      })),
      ssh: config["dokomodo:ssh"],
      external: config["dokomodo:external"],
      rollOut: config["dokomodo:rollOut"],
      registries: config["dokomodo:registries"],
      images: { proxy: config["dokomodo:images"].proxy, agent: config["dokomodo:images"].agent },
      unused: config["dokomodo:images"].pause === undefined ? [] : ["dokomodo:images.pause"],
      daemons: config["dokomodo:daemons"],
      iguana: config["dokomodo:iguana"],
      notaries: config["dokomodo:notaries"],
    }));
}

export type StackSettings = z.output<ReturnType<typeof configSchema>>;
export type HostSettings = StackSettings["hosts"][number];
export type KubernetesSettings = StackSettings["kubernetes"];
export type NotarySettings = z.infer<typeof notarySchema>;
export type OwnIguanaSettings = z.infer<typeof ownIguanaSchema>;
export type SshSettings = z.infer<typeof sshSchema>;
export type ExternalSettings = z.infer<typeof externalSchema>;
export type DaemonSettings = z.infer<typeof daemonSchema>;
