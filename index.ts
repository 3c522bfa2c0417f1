import "./stackTraces";
import * as pulumi from "@pulumi/pulumi";
import { formatProblems } from "./chains/problem";
import { loadStack } from "./config/load";
import { deploy } from "./deploy";

/** The stack program: config and registry become notaries, or a list of all that is wrong and nothing else. */
export = async () => {
  const stackName = pulumi.getStack();
  const stack = loadStack({ directory: process.cwd(), stackName, values: pulumi.runtime.allConfig() });
  if (!stack.ok) throw new pulumi.RunError(formatProblems(stack.problems));
  return deploy(stack.value, stackName);
};
