import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory, exists, installOnce } from "../../../setup/cache";
import { type Display, step } from "../../../setup/progress";

/** As parts/go.mod has it. */
export const kubernetesVersion = "1.34.4";

export interface PartsSearch {
  readonly env?: NodeJS.ProcessEnv;
  readonly display?: Display;
}

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
export async function provideParts(search: PartsSearch = {}): Promise<Parts> {
  const { env = process.env } = search;
  const kubernetes = join(cacheDirectory(env), `kubernetes-${kubernetesVersion}-built`);
  const own = join(cacheDirectory(env), `cluster-${await ownKey()}-built`);
  const title = `Building Kubernetes ${kubernetesVersion} from its Go module, once (some ten minutes)`;
  await build(kubernetes, KUBERNETES, title, search);
  await build(own, OWN, "Building what enforces policies and makes volumes in a test cluster", search);
  return { kubernetes, own };
}

async function build(
  target: string,
  packages: readonly string[],
  title: string,
  { env = process.env, display = process.stderr }: PartsSearch,
): Promise<void> {
  if (await exists(target)) return;
  await requireGo(env);
  await step(
    title,
    (log) =>
      installOnce(target, async (directory) => {
        const flags = ["-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${versionFlags()}`];
        await log.run("go", ["build", ...flags, "-o", `${directory}/`, ...packages], {
          cwd: SOURCES,
          env: { ...defined(env), CGO_ENABLED: "0" },
        });
      }),
    { display },
  );
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

/** From 1.21 on, Go fetches the release that go.mod asks for by itself (https://go.dev/doc/toolchain). */
async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  const { execa } = await import("execa");
  const { failed, stdout, stderr, shortMessage } = await execa("go", ["version"], {
    cwd: SOURCES,
    env,
    extendEnv: false,
    reject: false,
  });
  if (!failed) return;
  const [said = shortMessage] = [stderr, stdout].filter((text) => text);
  throw new Error(
    `A test cluster's programs are compiled on this machine, and Go does not run: ${said}. Install Go 1.25 or newer ` +
      "(https://go.dev/doc/install), put its bin directory on PATH, then run this again.",
  );
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
