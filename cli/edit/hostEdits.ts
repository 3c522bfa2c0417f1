import type { Plain } from "../../input/edit/render";
import { suggestion } from "../../input/nearest";
import type { StackEdit } from "./carryOut";
import { HOSTS, type StackFiles } from "./stackFiles";

/** Adds a host. What may be stated of it is checked with the whole file. */
export function addHost(
  { stack }: StackFiles,
  name: string,
  keys: { readonly [key: string]: Plain },
): StackEdit {
  if (stack.hosts.some((host) => host.name === name)) {
    throw new Error(`there is a host ${name} already; \`dokomodo host list\` shows it`);
  }
  return {
    config: [{ kind: "append", path: ["config", HOSTS], value: { name, ...keys } }],
    notes: [`\`dokomodo hosts\` looks whether ${name} answers.`],
  };
}

/** Takes a host out on which nothing runs any more. */
export function removeHost(files: StackFiles, name: string): StackEdit {
  const names = files.stack.hosts.map((host) => host.name);
  const index = names.indexOf(name);
  if (index < 0) throw new Error(`${files.file} has no host ${name}${suggestion(name, names)}`);
  const here = workloadsOn(files, name);
  if (here.length > 0) {
    throw new Error(
      `host ${name} has ${here.join(", ")}. Place chains elsewhere with \`dokomodo chain move <chain> --to <host>\`, and the rest by the \`host\` of the notary or node. Run pulumi up, which takes them away here, and then this again. ` +
        `If ${name} is lost for good, run \`dokomodo hosts forget ${name}\` as well`,
    );
  }
  return {
    config: [{ kind: "remove", path: ["config", HOSTS, index] }],
    notes: [`Volumes on ${name} stay there.`],
  };
}

/** What runs on a host, for people. */
export function workloadsOn({ networks }: StackFiles, host: string): string[] {
  return networks.flatMap(({ workloads }) =>
    workloads.filter((each) => each.host === host).map(({ what }) => what),
  );
}
