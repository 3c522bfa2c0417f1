import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { imageName } from "../../dev/images/images";
import type { Fault } from "../../dev/scenes/diagnoses";
import { AMPLE, type FaultScene, PARAMETERS_SHA256, SOMEBODY } from "../../dev/scenes/FaultScene";

const MIB = 2 ** 20;
const DAY = 86_400_000;
/** How long the certificates of links are valid (components/authority.ts). */
const CERTIFICATE_LIFE = (3 * 8766 * DAY) / 24;

const nothing = async () => undefined;

/** Faults that are seldom, or that take long to be made or mended. */
export function rareFaults(scene: () => FaultScene, round: (...faults: readonly Fault[]) => Promise<void>) {
  test("of a program that is not in its image, of damaged parameters, and of a restarter that is stopped", async () => {
    await round(
      {
        name: "image without the daemon",
        chain: "PIZZA",
        check: "image",
        seen: /komodod: no such command in this image/,
        make: () => takeProgram(scene()),
        mend: () => bringProgram(scene()),
      },
      {
        name: "parameters damaged (one byte)",
        chain: "LTC",
        check: "parameters",
        seen: /^the daemon needs ~\/params\/ltc\.params .*, and its SHA-256 is /,
        make: () =>
          harmParameters(scene(), 'chmod u+w "$0" && printf x | dd of="$0" conv=notrunc bs=1 seek=7'),
        mend: () => scene().stack.up(),
      },
      {
        name: "restarter stopped",
        chain: "KMD",
        check: "daemon",
        level: "doubtful",
        seen: /ill-restarter on host alpha does not run/,
        make: () => scene().hosts.docker("alpha", "stop", "ill-restarter"),
        mend: () => scene().hosts.docker("alpha", "start", "ill-restarter"),
      },
    );
  });

  test("of a disk that is nearly full, and of a daemon that the disk guard holds", async () => {
    const { hosts, stack } = scene();
    await round({
      name: "disk nearly full",
      chain: "BEER",
      check: "disk",
      seen: /^3 GiB of .* are free on host beta$/,
      make: () => hosts.leaveFree("beta", 3072 * MIB),
      mend: () => hosts.leaveFree("beta", AMPLE),
    });
    await round({
      name: "daemon held by the disk guard",
      chain: "PIZZA",
      check: "disk",
      seen: /^The disk guard holds the daemon: \d+ MiB are free/,
      make: async () => {
        await hosts.leaveFree("beta", 200 * MIB);
        await scene().docker("ill-pizza", "restart", "ill-pizza");
      },
      mend: async () => {
        await hosts.leaveFree("beta", AMPLE);
        // The guard may hold the others by now.
        await stack.dokomodo("start", "LTC", "BEER", "PIZZA");
      },
    });
  });

  test("of a daemon that needs more memory than it may have, spent coins, and peers that are gone", async () => {
    let unsent: readonly string[] = [];
    await round(
      {
        name: "daemon killed for memory",
        chain: "BEER",
        check: "daemon",
        seen: /^the kernel killed it because it reached its limit of memory/,
        make: () => limitMemory(scene(), "24m"),
        mend: () => limitMemory(scene(), "1024m"),
      },
      {
        name: "coins spent",
        chain: "LTC",
        check: "coins",
        seen: /^0 coins, 0 notary UTXOs/,
        make: () => spendAll(scene()),
        mend: () => scene().mine("LTC"),
      },
      {
        name: "peers gone while it lags",
        chain: "KMD",
        check: "peers",
        seen: /^22 blocks behind the best known height \d+; it should be less than 3 \(.*, 0 peers\)$/,
        make: async () => {
          unsent = await loseOnlyPeer(scene(), 22);
        },
        mend: async () => {
          for (const block of unsent) await scene().call("KMD", "submitblock", [block]);
        },
      },
    );
  });

  test("of certificates that end soon, or have ended", async () => {
    // The two cannot be made by the same run, nor by two at the same time.
    let first: Promise<void> | undefined;
    await round(
      {
        name: "certificate near its end",
        chain: "BEER",
        check: "link",
        seen: /^the certificate of ill-beer ends in 4 days; `pulumi up` renews it/,
        make: () => {
          first = shortenCertificate(scene(), "ill-beer", 5 * DAY);
          return first;
        },
        mend: () => scene().stack.up(),
      },
      {
        name: "certificate ended",
        chain: "LTC",
        check: "link",
        seen: /^the certificate of ill-ltc has ended, so its links do not work; `pulumi up` renews it/,
        make: async () => {
          await first;
          const end = Date.now() + 60_000;
          await shortenCertificate(scene(), "ill-ltc", 60_000);
          await sleep(Math.max(0, end - Date.now()));
        },
        mend: nothing,
      },
    );
  });

  test("of a container that is gone, of parameters that are gone, and of a fork", async () => {
    await round(
      {
        name: "container removed",
        chain: "PIZZA",
        check: "daemon",
        seen: /^it is not on host beta/,
        make: () => scene().docker("ill-pizza", "rm", "--force", "ill-pizza"),
        mend: () => scene().stack.must("up", "--refresh", "--yes", "--skip-preview", "--stack", "test"),
      },
      {
        name: "fork of 10 blocks",
        chain: "BEER",
        check: "peers",
        seen: /^knows another branch of 10 blocks/,
        make: () => leaveBranch(scene(), 10),
        mend: () => rejoinBranch(scene()),
      },
      {
        name: "parameters gone",
        chain: "LTC",
        check: "parameters",
        seen: /^the daemon needs ~\/params\/ltc\.params .*, and it is missing$/,
        make: () => harmParameters(scene(), 'rm "$0" "$0.json"'),
        // The same `up` mends both.
        mend: nothing,
      },
    );
  });

  test("of a lease that another Iguana of the key has", async () => {
    await round({
      name: "lease held elsewhere",
      chain: "KMD",
      check: "lease",
      seen: /another Iguana of this key runs: notary ill of stack other on host gamma/,
      make: () => takeLease(scene()),
      mend: () => scene().docker("ill-iguana", "rm", "--force", "ill-other-iguana"),
    });
  });

  test("of an agent that is stopped", async () => {
    await round({
      name: "agent stopped",
      chain: "KMD",
      check: "Iguana",
      seen: /notary ill's agent/,
      make: () => scene().docker("ill-iguana", "stop", "ill-iguana-agent"),
      mend: () => scene().stack.dokomodo("start", "iguana"),
    });
  });

  test("of a locked wallet", async () => {
    await round({
      name: "wallet locked",
      chain: "BEER",
      check: "key",
      seen: /encrypted and locked/,
      make: () => scene().call("BEER", "encryptwallet", ["a phrase"]),
      mend: () => scene().call("BEER", "walletpassphrase", ["a phrase", 100_000_000]),
    });
  });
}

/** Takes the program out of a container, as if its image did not have it. */
async function takeProgram(scene: FaultScene): Promise<void> {
  const pizza = (...args: readonly string[]) => scene.docker("ill-pizza", ...args);
  const path = (await pizza("exec", "ill-pizza", "sh", "-c", "command -v komodod")).trim();
  await pizza("cp", `ill-pizza:${path}`, scene.file("komodod"));
  await pizza("exec", "--user", "0", "ill-pizza", "mv", path, "/tmp/away");
  await pizza("restart", "ill-pizza");
}

async function bringProgram(scene: FaultScene): Promise<void> {
  await scene.docker("ill-pizza", "cp", scene.file("komodod"), "ill-pizza:/usr/local/bin/komodod");
  await scene.docker("ill-pizza", "restart", "ill-pizza");
}

/** Runs a command of sh with the path of the file that LTC's daemon needs, where its host keeps it. Restarts the daemon. */
async function harmParameters(scene: FaultScene, command: string): Promise<void> {
  const volume = ["--volume", "dokomodo-downloads:/downloads"];
  const shell = ["--user", "0", "--entrypoint", "sh", imageName("node"), "-c", command];
  await scene.docker("ill-ltc", "run", "--rm", ...volume, ...shell, `/downloads/${PARAMETERS_SHA256}`);
  await scene.docker("ill-ltc", "restart", "ill-ltc");
}

async function limitMemory(scene: FaultScene, limit: string): Promise<void> {
  await scene.docker("ill-beer", "update", "--memory", limit, "--memory-swap", limit, "ill-beer");
  await scene.docker("ill-beer", "restart", "ill-beer");
}

/** Lets BEER's daemon hold its own last blocks to be invalid, as one does that has judged a block otherwise than others. */
async function leaveBranch(scene: FaultScene, blocks: number): Promise<void> {
  const height = Number(await scene.call("BEER", "getblockcount"));
  await scene.call("BEER", "generatetoaddress", [blocks, SOMEBODY]);
  await scene.call("BEER", "invalidateblock", [await scene.call("BEER", "getblockhash", [height + 1])]);
  await readBranches(scene);
}

async function rejoinBranch(scene: FaultScene): Promise<void> {
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
async function loseOnlyPeer(scene: FaultScene, count: number): Promise<readonly string[]> {
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
async function spendAll(scene: FaultScene): Promise<void> {
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
async function shortenCertificate(scene: FaultScene, workload: string, left: number): Promise<void> {
  const urns = Object.keys(await scene.stack.secrets());
  const urn = urns.find((each) => each.endsWith(`::${workload}-certificate`));
  if (urn === undefined) throw new Error(`there is no certificate of ${workload} among ${urns.join(", ")}`);
  await scene.stack.upWith(scene.clockAhead(left - CERTIFICATE_LIFE), "--replace", urn);
}

/**
 * Lets another instance take the lease, as a second host does on which somebody started the same notary: while the agent
 * is away, it asks the witness until it has the lease, and then once a second.
 */
async function takeLease(scene: FaultScene): Promise<void> {
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
