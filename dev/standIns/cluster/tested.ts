import { imageName } from "../../images/images";
import { findOnPath } from "../../toolchain/executables";
import { Kubectl } from "./Kubectl";
import { TEST_POOL, untilShared } from "./sharedCluster";
import { TestCluster } from "./TestCluster";

/** The cluster that tests are about. */
export interface TestedCluster {
  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  /** Full name of an image of the development stack, as the cluster's nodes find it. */
  image(name: string): string;
  /** The cluster's inside, where it was started for the tests; nothing of somebody else's. */
  readonly own: TestCluster | undefined;
}

export interface StatedCluster {
  readonly kubeconfig: string;
  /** What names of images begin with, instead of dokomodo-testbed. */
  readonly images: string;
}

/**
 * The cluster that the environment states, for tests to use instead of one that is started for them: by $KUBECONFIG,
 * together with $DOKOMODO_TEST_CLUSTER, the start of the names under which it can pull the development stack's images.
 */
export function statedCluster(env: NodeJS.ProcessEnv = process.env): StatedCluster | undefined {
  const { KUBECONFIG: kubeconfig, DOKOMODO_TEST_CLUSTER: images } = env;
  return kubeconfig && images ? { kubeconfig, images: images.replace(/\/$/, "") } : undefined;
}

/** The stated cluster, or the one that was started for the tests. */
export async function testedCluster(): Promise<TestedCluster> {
  const stated = statedCluster();
  if (stated === undefined) {
    await untilShared();
    return testedOf(await TestCluster.attach({ pool: TEST_POOL }));
  }
  const { kubeconfig, images } = stated;
  const program = await findOnPath("kubectl", process.env);
  if (program === undefined) throw new Error("Tests on a cluster of yours need kubectl. Put it on PATH.");
  const image = (name: string) => imageName(name).replace(/^[^/]+/, images);
  return { kubeconfig, kubectl: new Kubectl(program, kubeconfig), image, own: undefined };
}

/** A cluster of one's own as one that tests are about. */
export function testedOf(own: TestCluster): TestedCluster {
  return { kubeconfig: own.kubeconfig, kubectl: own.client, image: imageName, own };
}
