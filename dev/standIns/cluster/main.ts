import { Command } from "commander";
import { exists } from "../../toolchain/cache";
import { type Options, poolOption, run, say } from "../byHand";
import { clearCluster } from "./clear";
import { kubernetesVersion } from "./parts";
import { clusterPoolOf, filesOf } from "./pool";
import { TestCluster } from "./TestCluster";

const HELP = `
Starts a real Kubernetes cluster of one node on this machine, to try a stack on it: Kubernetes ${kubernetesVersion} in
a network namespace, with the development stack's images, DNS, a default StorageClass and enforced NetworkPolicies. It
takes root, Debian or Ubuntu, and Go, which builds Kubernetes' programs once (some ten minutes).

  npm run cluster -- up        start it; prints how kubectl and a stack reach it
  npm run cluster -- status    whether it runs, and its pods
  npm run cluster -- down      end it, and remove all that was made of it, volumes too
`;

async function up({ pool }: Options): Promise<void> {
  const started = Date.now();
  const cluster = await TestCluster.start({ pool, stay: true });
  await cluster.loadDevelopmentImages();
  say(`
The cluster runs, after ${Math.round((Date.now() - started) / 1000)} s. Its API server is at ${cluster.address}; the logs are in ${cluster.logs}.

  export KUBECONFIG=${cluster.kubeconfig}
  export PATH=${cluster.programsFolder}:$PATH     # has its kubectl
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

const pool = poolOption("the cluster's addresses, 10.98.<pool>.0/24 where nothing else has that");
const program = new Command("npm run cluster --").addHelpText("after", HELP);
program
  .command("up")
  .description("start the cluster, which stays until it is ended")
  .addOption(pool)
  .action(up);
program
  .command("status")
  .description("say whether it runs, and with which pods")
  .addOption(pool)
  .action(status);
program
  .command("down")
  .description("end the cluster and remove all that was made of it")
  .addOption(pool)
  .action(down);
run(program);
