import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../../toolchain/cache";
import { buildOnce, type GoSearch } from "../../toolchain/go";

/** The version in parts/go.mod. */
export const kubernetesVersion = "1.34.4";

/** The folders of a cluster's programs. */
export interface Parts {
  /** Folder of Kubernetes' own programs and of CoreDNS. */
  readonly kubernetes: string;
  /** Folder of the programs from parts/policies and parts/volumes. */
  readonly own: string;
}

const SOURCES = join(__dirname, "parts");
const KUBERNETES = [
  ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl"].map(
    (name) => `k8s.io/kubernetes/cmd/${name}`,
  ),
  "./coredns",
];
const OWN = ["./policies", "./volumes"];

/**
 * Provides the programs of a real cluster. They are in the cache, or are built from their Go modules, because a closed machine
 * reaches neither a container registry nor Kubernetes' download server.
 */
export async function provideParts(search: GoSearch = {}): Promise<Parts> {
  const { env = process.env } = search;
  const kubernetes = join(cacheDirectory(env), `kubernetes-${kubernetesVersion}-built`);
  const own = join(cacheDirectory(env), `cluster-${await ownKey()}-built`);
  const common = { module: SOURCES, subject: "The programs of a test cluster", linkerFlags: versionFlags() };
  await buildOnce(
    {
      ...common,
      target: kubernetes,
      packages: KUBERNETES,
      title: `Building Kubernetes ${kubernetesVersion} from its Go module, once (some ten minutes)`,
    },
    search,
  );
  await buildOnce(
    {
      ...common,
      target: own,
      packages: OWN,
      title: "Building the programs that enforce policies and make volumes in a test cluster",
    },
    search,
  );
  return { kubernetes, own };
}

/** The linker sets the programs' version. Clients cannot parse the default version of a program built without these flags. */
function versionFlags(): string {
  const [major, minor] = kubernetesVersion.split(".");
  const values = {
    gitVersion: `v${kubernetesVersion}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
  };
  return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"]
    .flatMap((name) => Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`))
    .join(" ");
}

/** A hash of the own programs' sources. */
async function ownKey(): Promise<string> {
  const files = ["go.mod", "go.sum", "policies/main.go", "policies/rules.go", "volumes/main.go"];
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(join(SOURCES, file)));
  return hash.digest("hex").slice(0, 12);
}
