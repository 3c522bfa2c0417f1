import { imageName } from "../../images/images";
import { findOnPath } from "../../toolchain/executables";
import { Kubectl } from "./Kubectl";
import { TEST_POOL, untilShared } from "./sharedCluster";
import { TestCluster } from "./TestCluster";

/** The cluster that tests use. */
export interface TestedCluster {
  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  /** Full name under which the cluster's nodes find an image of the development stack. */
  image(name: string): string;
  /** The cluster itself, when it was started for the tests. Undefined for a cluster that the environment states. */
  readonly own: TestCluster | undefined;
}

export interface StatedCluster {
  readonly kubeconfig: string;
  /** The start of the images' names, instead of `dokomodo-testbed`. */
  readonly images: string;
}

/**
 * The cluster that the environment states. Tests use it instead of starting one. $KUBECONFIG is the path of its kubeconfig.
 * $DOKOMODO_TEST_CLUSTER is the start of the names under which it can pull the development stack's images.
 */
export function statedCluster(env: NodeJS.ProcessEnv = process.env): StatedCluster | undefined {
  const { KUBECONFIG: kubeconfig, DOKOMODO_TEST_CLUSTER: images } = env;
  return kubeconfig && images ? { kubeconfig, images: images.replace(/\/$/, "") } : undefined;
}

/** The stated cluster, or else the one that is started for the tests. */
export async function testedCluster(): Promise<TestedCluster> {
  const stated = statedCluster();
  if (stated === undefined) {
    await untilShared();
    return testedOf(await TestCluster.attach({ pool: TEST_POOL }));
  }
  const { kubeconfig, images } = stated;
  const program = await findOnPath("kubectl", process.env);
  if (program === undefined) {
    throw new Error(
      "Tests on the cluster of $KUBECONFIG need kubectl, which is not on PATH. Install it, then run this again.",
    );
  }
  const image = (name: string) => imageName(name).replace(/^[^/]+/, images);
  return { kubeconfig, kubectl: new Kubectl(program, kubeconfig), image, own: undefined };
}

/** Offers a test cluster to tests. */
export function testedOf(own: TestCluster): TestedCluster {
  return { kubeconfig: own.kubeconfig, kubectl: own.client, image: imageName, own };
}
