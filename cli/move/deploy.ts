import { exportedState } from "../forgetHost";
import { askPulumi, pulumiError, runPulumi } from "../pulumi";
import { showPulumi } from "../showPulumi";

/**
 * Checks that nothing waits to be deployed, so that the `up` of the move changes nothing else. It also shows that Pulumi
 * is logged in and that the stack's secrets can be read, before anything is stopped.
 */
export async function requireDeployed(stack: string): Promise<void> {
  const args = ["preview", "--expect-no-changes"];
  const answer = await askPulumi([...args, "--stack", stack]);
  if (answer.ok) return;
  if (!/no changes were expected/i.test(answer.stdout + answer.stderr))
    throw pulumiError(args, answer, stack);
  throw new Error(
    `the config of stack ${stack} has changes that are not deployed yet. Run \`pulumi up\` first, so that the move changes nothing else`,
  );
}

/** Runs `pulumi up`, and shows what it says. Rejects if it fails. */
export async function up(stack: string): Promise<void> {
  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack];
  const ended = await showPulumi(args, { output: process.stderr });
  if (ended === "failed") throw new Error("`pulumi up` failed, as said above");
  if (ended === "interrupted")
    throw new Error(
      "`pulumi up` was interrupted. The same command, or another `pulumi up`, goes on from there",
    );
}

/** Lets a plan give up a volume that is protected. The volume itself is retained by whatever plan. */
export async function allowMove(stack: string, resource: string): Promise<void> {
  const state = exportedState.parse(JSON.parse(await runPulumi(["stack", "export"], { stack })));
  const found = (state.deployment.resources ?? []).filter(({ urn, ...rest }) => {
    return urn.endsWith(`::${resource}`) && rest["protect"] === true;
  });
  for (const { urn } of found) await runPulumi(["state", "unprotect", urn, "--yes"], { stack });
}
