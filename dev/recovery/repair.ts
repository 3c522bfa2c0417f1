import { z } from "zod";

/** An engine, and the stack that it works on. */
export interface StackCommand {
  /** Path of the pulumi CLI. */
  readonly pulumi: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
}

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  provider: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
});
const exportedStack = z.object({
  deployment: z.object({
    resources: z.array(resource).optional(),
    pending_operations: z.array(z.object({ resource, type: z.string() })).optional(),
  }),
});
type ExportedStack = z.infer<typeof exportedStack>["deployment"];
type Resource = z.infer<typeof resource>;

/**
 * Mends what an engine left behind that was killed in the middle of an `up`, so that the next `up` succeeds. It removes
 * the containers and networks that the engine had begun to make, because their names would be taken. Then it refreshes
 * the state. Where nothing was interrupted it only runs one `stack export`.
 */
export async function repairInterrupted(command: StackCommand, say: (line: string) => void): Promise<void> {
  const before = await exportStack(command);
  const pending = before.pending_operations ?? [];
  if (pending.length === 0) return;
  say(`The last run was interrupted in the middle of ${pending.length} operations. Repairing that first.`);
  for (const operation of pending) {
    if (operation.type === "creating") await removeOrphan(operation.resource, before, say);
  }
  const { execa } = await import("execa");
  await execa(
    command.pulumi,
    ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", command.stack],
    { cwd: command.directory, env: command.env, stdio: "inherit" },
  );
}

async function exportStack({ pulumi, env, directory, stack }: StackCommand): Promise<ExportedStack> {
  const { execa } = await import("execa");
  const { stdout } = await execa(pulumi, ["stack", "export", "--stack", stack], { cwd: directory, env });
  return exportedStack.parse(JSON.parse(stdout)).deployment;
}

const DOCKER_KINDS: Readonly<Record<string, "container" | "network">> = {
  "docker:index/container:Container": "container",
  "docker:index/network:Network": "network",
};

/** Removes from its host what a begun `create` made. It is found by its fixed name, and stays if the state has its id. */
async function removeOrphan(
  orphan: Resource,
  { resources = [] }: ExportedStack,
  say: (line: string) => void,
): Promise<void> {
  const kind = DOCKER_KINDS[orphan.type];
  const name = orphan.inputs?.["name"];
  if (kind === undefined || typeof name !== "string") return;
  // A resource names its provider by URN and id, joined by `::`.
  const provider = resources.find(({ urn, id }) => orphan.provider === `${urn}::${id}`);
  const host = provider?.inputs?.["host"];
  const engine = typeof host === "string" ? ["--host", host] : [];
  const { execa } = await import("execa");
  const { stdout: id } = await execa("docker", [...engine, kind, "inspect", "--format", "{{.Id}}", name], {
    reject: false,
  });
  if (id === "" || resources.some((known) => known.id === id)) return;
  say(`Removing ${kind} ${name}, which the interrupted run had begun to make.`);
  // A daemon may already run in the container, and needs time to write its data.
  if (kind === "container") await execa("docker", [...engine, "stop", name], { reject: false });
  await execa("docker", [...engine, kind, "rm", name]);
}
