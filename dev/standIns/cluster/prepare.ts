import { prepareImages } from "../../images/images";
import type { Display } from "../../progress";
import { prepareDocker } from "../../toolchain/dockerEngine";
import { prepareClusterPackages } from "./packages";
import { type Parts, provideParts } from "./parts";

export interface ClusterPreparation {
  readonly env?: NodeJS.ProcessEnv;
  readonly display?: Display;
}

/**
 * Prepares all that a test cluster needs: packages, Kubernetes' programs, and a Docker Engine with the development stack's
 * images, which the cluster copies. Rejects with the reason when a part cannot be provided.
 */
export async function prepareCluster({
  env = process.env,
  display = process.stderr,
}: ClusterPreparation = {}): Promise<Parts> {
  await prepareClusterPackages(display);
  await prepareDocker();
  await prepareImages();
  return provideParts({ env, display });
}
