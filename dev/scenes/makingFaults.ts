import { setTimeout as sleep } from "node:timers/promises";
import { imageName } from "../images/images";
import { type FaultScene, PARAMETERS_SHA256, SOMEBODY } from "./FaultScene";

/** How long the certificates of links are valid (components/authority.ts). */
const CERTIFICATE_LIFE = 3 * 8766 * 3_600_000;

/** Takes the program out of a container, as if its image did not have it. */
export async function takeProgram(scene: FaultScene): Promise<void> {
  const pizza = (...args: readonly string[]) => scene.docker("ill-pizza", ...args);
  const path = (await pizza("exec", "ill-pizza", "sh", "-c", "command -v komodod")).trim();
  await pizza("cp", `ill-pizza:${path}`, scene.file("komodod"));
  await pizza("exec", "--user", "0", "ill-pizza", "mv", path, "/tmp/away");
  await pizza("restart", "ill-pizza");
}

export async function bringProgram(scene: FaultScene): Promise<void> {
  await scene.docker("ill-pizza", "cp", scene.file("komodod"), "ill-pizza:/usr/local/bin/komodod");
  await scene.docker("ill-pizza", "restart", "ill-pizza");
}

/** Runs a command of sh with the path of the file that LTC's daemon needs, where its host keeps it. Restarts the daemon. */
export async function harmParameters(scene: FaultScene, command: string): Promise<void> {
  const volume = ["--volume", "dokomodo-downloads:/downloads"];
  const shell = ["--user", "0", "--entrypoint", "sh", imageName("node"), "-c", command];
  await scene.docker("ill-ltc", "run", "--rm", ...volume, ...shell, `/downloads/${PARAMETERS_SHA256}`);
  await scene.docker("ill-ltc", "restart", "ill-ltc");
}

export async function limitMemory(scene: FaultScene, limit: string): Promise<void> {
  // An engine refuses a limit that is less than what a running container has.
  await scene.docker("ill-beer", "stop", "ill-beer");
  await scene.docker("ill-beer", "update", "--memory", limit, "--memory-swap", limit, "ill-beer");
  await scene.docker("ill-beer", "start", "ill-beer");
}

/** Lets BEER's daemon hold its own last blocks to be invalid, as one does that has judged a block otherwise than others. */
export async function leaveBranch(scene: FaultScene, blocks: number): Promise<void> {
  const height = Number(await scene.call("BEER", "getblockcount"));
  await scene.call("BEER", "generatetoaddress", [blocks, SOMEBODY]);
  await scene.call("BEER", "invalidateblock", [await scene.call("BEER", "getblockhash", [height + 1])]);
  await readBranches(scene);
}

export async function rejoinBranch(scene: FaultScene): Promise<void> {
  const tips = await scene.call("BEER", "getchaintips");
  const invalid = (Array.isArray(tips) ? tips : []).find(({ status }) => status === "invalid");
  await scene.call("BEER", "reconsiderblock", [invalid?.hash]);
  await readBranches(scene);
}

/** The agent asks for branches when it starts, and then each 10 minutes. */
async function readBranches(scene: FaultScene): Promise<void> {
  await scene.docker("ill-iguana", "restart", "ill-iguana-agent");
}

/** A daemon inside the container of KMD's, without a key. */
const PEER = ["-datadir=/tmp/peer", "-regtest", "-rpcport=17999"];
const PEER_PLACE = "127.0.0.1:17997";
/** Digits of a block's header in hex. */
const HEADER_DIGITS = 160;

/**
 * Tells KMD's daemon of blocks by their headers, as a peer does that is gone before it has sent the blocks. Returns the
 * blocks.
 */
export async function loseOnlyPeer(scene: FaultScene, count: number): Promise<readonly string[]> {
  const sh = (script: string, ...args: readonly string[]) => ["ill-kmd", "sh", "-c", script, ...args];
  const flags = ["-connect=0", "-listen=1", `-bind=${PEER_PLACE}`];
  const begin = sh('mkdir -p /tmp/peer && exec litecoind "$0" "$@"', ...PEER, ...flags);
  await scene.docker("ill-kmd", "exec", "--detach", "--env", "HOME=/tmp", ...begin);
  const peer = (...args: readonly string[]) =>
    scene.docker("ill-kmd", "exec", "ill-kmd", "litecoin-cli", ...PEER, ...args);
  const height = String(await scene.call("KMD", "getblockcount"));
  while ((await peer("getblockcount").catch(() => "")) !== height) {
    await scene.call("KMD", "addnode", [PEER_PLACE, "onetry"]);
    await sleep(1000);
  }
  await peer("setnetworkactive", "false");
  const hashes: string[] = JSON.parse(await peer("generatetoaddress", String(count), SOMEBODY));
  const blocks: string[] = [];
  for (const hash of hashes) blocks.push(await peer("getblock", hash, "0"));
  await peer("stop");
  for (const block of blocks) await scene.call("KMD", "submitheader", [block.slice(0, HEADER_DIGITS)]);
  return blocks;
}

/** Sends all that LTC's wallet has to somebody else, in a block whose reward is not the notary's either. */
export async function spendAll(scene: FaultScene): Promise<void> {
  const answer = await scene.call("LTC", "listunspent", [0]);
  const coins = Array.isArray(answer) ? answer : [];
  const inputs = coins.map(({ txid, vout }) => ({ txid, vout }));
  const total = coins.reduce((sum, { amount }) => sum + Number(amount), 0);
  const value = Math.floor((total - 0.01) * 1e8) / 1e8;
  const raw = await scene.call("LTC", "createrawtransaction", [inputs, { [SOMEBODY]: value }]);
  const signed = Object(await scene.call("LTC", "signrawtransactionwithwallet", [raw]));
  await scene.call("LTC", "sendrawtransaction", [signed.hex]);
  await scene.call("LTC", "generatetoaddress", [1, SOMEBODY]);
}

/**
 * Gives a workload a certificate that ends after so many milliseconds: by an `up` whose clock is behind, as if it had been
 * three years ago. Links go on, because the clocks of proxies are right.
 */
export async function shortenCertificate(scene: FaultScene, workload: string, left: number): Promise<void> {
  const urns = Object.keys(await scene.stack.secrets());
  const urn = urns.find((each) => each.endsWith(`::${workload}-certificate`));
  if (urn === undefined) throw new Error(`there is no certificate of ${workload} among ${urns.join(", ")}`);
  await scene.stack.upWith(scene.clockAhead(left - CERTIFICATE_LIFE), "--replace", urn);
}

/**
 * Lets another instance take the lease, as a second host does on which somebody started the same notary: while the agent
 * is away, it asks the witness until it has the lease, and then once a second.
 */
export async function takeLease(scene: FaultScene): Promise<void> {
  const alpha = (...args: readonly string[]) => scene.docker("ill-iguana", ...args);
  const plan = JSON.parse(await alpha("exec", "ill-iguana-agent", "cat", "/run/dokomodo/agent/plan.json"));
  const [witness] = plan.iguana.lease.witnesses;
  const script = `
    const url = "http://127.0.0.1:${witness.port}/lease/${plan.publicKey}";
    const headers = { "Content-Type": "application/json" };
    process.on("SIGTERM", () => process.exit(0));
    (async () => {
      for (let round = 1; ; round += 1) {
        const asked = { instance: "other", holder: "notary ill of stack other on host gamma", seconds: 20, round };
        const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(asked) });
        console.log(answer.status);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    })();`;
  await alpha("stop", "ill-iguana-agent");
  const network = ["--network", "container:ill-iguana-pause", "--name", "ill-other-iguana"];
  await alpha("run", "--detach", ...network, imageName("node"), "node", "-e", script);
  while (!(await alpha("logs", "--tail", "1", "ill-other-iguana")).includes("200")) await sleep(500);
  await alpha("start", "ill-iguana-agent");
}
