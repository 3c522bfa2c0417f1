import { listensCommand } from "../../platforms/listening";
import type { ContainerAddress, Operations } from "../../platforms/operations";
import { nowhere } from "./nowhere";

/** Whether something listens on a loopback port of a container; undefined if nothing can be run there. */
export async function listens(
  operations: Pick<Operations, "exec">,
  container: ContainerAddress,
  port: number,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  const streams = { output: nowhere(), errors: nowhere(), signal };
  const code = await operations.exec(container, listensCommand(port), streams).catch(() => undefined);
  return code === undefined || signal?.aborted === true ? undefined : code === 0;
}
