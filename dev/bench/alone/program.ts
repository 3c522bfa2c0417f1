/** Runs the program alone: it loads a stack and deploys it under Pulumi's mocks, then prints its time and memory as JSON. */
import "../../../program/debug";
import * as pulumi from "@pulumi/pulumi";
import { deploy } from "../../../program/deploy";
import { openRun } from "../../../program/run";
import { loadBenchStack } from "../loadBenchStack";

const NOTARIES = ["east", "west", "north", "south"].map((name) => {
  return { name, sockets: [`/nowhere/${name}.sock`] };
});

async function run(chains: number): Promise<void> {
  let containers = 0;
  let resources = 0;
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      resources++;
      if (type === "docker:index/container:Container") containers++;
      return { id: `${name}-id`, state: { ...inputs, result: "A".repeat(32) } };
    },
    call: ({ token }) => {
      throw new Error(
        `The program called the function ${token}. Pulumi's mocks in this bench answer no functions.`,
      );
    },
  });
  await pulumi.runtime.runInPulumiStack(async () => {
    const stack = loadBenchStack({ notaries: NOTARIES, chains });
    return deploy(stack, await openRun(stack, "bench"));
  });
  await pulumi.runtime.disconnect();
  const measured = { containers, resources, seconds: process.uptime(), peak: process.resourceUsage().maxRSS };
  process.stdout.write(JSON.stringify(measured));
}

void run(Math.ceil(Number(process.argv[2]) / NOTARIES.length / 3));
