import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../../toolchain/cache";
import { buildOnce, type GoSearch } from "../../toolchain/go";

/** As parts/go.mod has it. */
export const kubernetesVersion = "1.34.4";

/** Folders with the programs of a cluster. */
export interface Parts {
  /** Kubernetes' own, and CoreDNS. */
  readonly kubernetes: string;
  /** Those of parts/: what enforces policies, and what makes volumes. */
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
 * Programs of a real cluster, in the cache or built from their Go modules. There is no other way to them where neither
 * a container registry nor Kubernetes' download server can be reached.
 */
export async function provideParts(search: GoSearch = {}): Promise<Parts> {
  const { env = process.env } = search;
  const kubernetes = join(cacheDirectory(env), `kubernetes-${kubernetesVersion}-built`);
  const own = join(cacheDirectory(env), `cluster-${await ownKey()}-built`);
  const common = { module: SOURCES, subject: "What a test cluster consists of", linkerFlags: versionFlags() };
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
      title: "Building what enforces policies and makes volumes in a test cluster",
    },
    search,
  );
  return { kubernetes, own };
}

/** The programs have their version from the linker only, and their clients cannot read what it is by default. */
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

/** Changes with what the own programs are made of. */
async function ownKey(): Promise<string> {
  const files = ["go.mod", "go.sum", "policies/main.go", "policies/rules.go", "volumes/main.go"];
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(join(SOURCES, file)));
  return hash.digest("hex").slice(0, 12);
}
