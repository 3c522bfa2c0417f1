import { stringify } from "yaml";
import { loadStackFile } from "../../config/loadFile";
import { messageOf } from "../../input/messageOf";
import { ProblemsError } from "../../input/problem";
import type { Remains } from "../../platforms/remains";
import type { Tell } from "../terminal";
import type { StatedConfig } from "./config";
import { minutes } from "./report";

/** Looks for what drills have left on the hosts that a config has. */
export async function withRemains<T>(
  stackName: string,
  config: StatedConfig,
  use: (remains: readonly Remains[]) => Promise<T>,
): Promise<T> {
  const texts = { [`Pulumi.${stackName}.yaml`]: stringify({ config }) };
  const loaded = loadStackFile({ directory: ".", stackName, texts });
  if (!loaded.ok) throw new ProblemsError(loaded.problems, "so there can be no drill; nothing was changed");
  const remains = await Promise.all(loaded.value.shares.all.map((share) => share.remains(stackName)));
  try {
    return await use(remains);
  } finally {
    for (const each of remains) each.close();
  }
}

/**
 * Refuses to begin while another drill of the stack may go on. What an older one left is removed.
 * @param limit minutes that a drill may take
 */
export async function refuseOther(remains: readonly Remains[], limit: number, tell: Tell): Promise<void> {
  const times = (await Promise.all(remains.map((each) => each.since()))).flatMap((time) => time ?? []);
  if (times.length === 0) return;
  const seconds = Math.min(...times.map((time) => (Date.now() - time.getTime()) / 1000));
  const age = minutes(seconds);
  if (seconds < limit * 60)
    throw new Error(
      `another drill of this stack began ${age} ago, and may go on. If it was broken off, remove what it left with \`dokomodo drill --remove\``,
    );
  tell(`removes what a drill left that began ${age} ago`, true);
  await removeAll(remains);
}

/** Does some work, and then removes the throw-away stack, whatever came of the work. */
export async function thenRemoving<T>(
  remains: readonly Remains[],
  tell: Tell,
  work: () => Promise<T>,
): Promise<T> {
  let done: T;
  try {
    done = await work();
  } catch (error) {
    const left = await removeAll(remains, tell).then(
      () => "",
      (problem: unknown) => `\n${messageOf(problem)}`,
    );
    throw new Error(`${messageOf(error)}${left}`);
  }
  await removeAll(remains, tell);
  return done;
}

/** Removes a throw-away stack. Rejects with all that could not be removed. */
export async function removeAll(remains: readonly Remains[], tell: Tell = () => {}): Promise<void> {
  tell("removes the drill's daemons and their data", false);
  const problems: string[] = [];
  for (const each of remains) await each.remove().catch((error) => problems.push(messageOf(error)));
  if (problems.length > 0)
    throw new Error(`${problems.join("\n")}\nRemove what is left with \`dokomodo drill --remove\`.`);
  tell("the drill's daemons and their data are removed", true);
}
