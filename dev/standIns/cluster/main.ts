import { Command } from "commander";
import { exists } from "../../toolchain/cache";
import { type Options, poolOption, run, say } from "../byHand";
import { clearCluster } from "./clear";
import { kubernetesVersion } from "./parts";
import { clusterPoolOf, filesOf } from "./pool";
import { TestCluster } from "./TestCluster";

const HELP = `
Starts a real Kubernetes cluster of one node on this machine, so that you can try a stack on it. Kubernetes
${kubernetesVersion} runs in a network namespace. The node has the development stack's images, DNS, a default StorageClass
and enforced NetworkPolicies. You need root, Debian or Ubuntu, and Go. Go builds Kubernetes' programs once, which takes
some ten minutes.

  npm run cluster -- up        starts the cluster and prints how kubectl and a stack reach it
  npm run cluster -- status    says whether it runs, and lists its pods
  npm run cluster -- down      ends it and removes all that was made for it, including volumes
`;

async function up({ pool }: Options): Promise<void> {
  const started = Date.now();
  const cluster = await TestCluster.start({ pool, stay: true });
  say(`
The cluster started in ${Math.round((Date.now() - started) / 1000)} s. Its API server is at ${cluster.address}. Its logs are in ${cluster.logs}.

  export KUBECONFIG=${cluster.kubeconfig}
  export PATH=${cluster.programsFolder}:$PATH     # contains kubectl
`);
}

async function status({ pool }: Options): Promise<void> {
  if (!(await exists(filesOf(clusterPoolOf(pool)).up))) {
    say(`No test cluster of pool ${pool} runs.`);
    return;
  }
  const cluster = await TestCluster.attach({ pool });
  say(await cluster.kubectl("get", "nodes,pods", "--all-namespaces", "--output=wide"));
  say(`\n  export KUBECONFIG=${cluster.kubeconfig}`);
}

async function down({ pool: number }: Options): Promise<void> {
  const pool = clusterPoolOf(number);
  const was = await exists(pool.folder);
  await clearCluster(pool);
  say(was ? `Ended the test cluster of pool ${number}.` : `Pool ${number} has no test cluster.`);
}

const pool = poolOption("the cluster's addresses, 10.98.<pool>.0/24 if nothing else uses that range");
const program = new Command("npm run cluster --").addHelpText("after", HELP);
program
  .command("up")
  .description("start the cluster, which runs until you end it")
  .addOption(pool)
  .action(up);
program
  .command("status")
  .description("say whether the cluster runs, and list its pods")
  .addOption(pool)
  .action(status);
program
  .command("down")
  .description("end the cluster and remove all that was made for it")
  .addOption(pool)
  .action(down);
run(program);
