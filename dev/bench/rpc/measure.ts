import { prepareImages } from "../../images/images";
import { DAEMONS, readContainerFile, untilWhole } from "../../scenes/notary";
import { TestStack } from "../../scenes/TestStack";
import { prepareDocker } from "../../toolchain/dockerEngine";
import { Caller } from "./Caller";
import { type Compared, compareWays } from "./compare";
import { credentialsIn } from "./credentials";

const NOTARY = "bench";
const LISTEN = "127.0.0.9";

/** Calls litecoind of a notary with two chains: from its own network directly, and from Iguana's through both proxies. */
export async function measureRpc(calls: number): Promise<Compared[]> {
  await prepareDocker();
  await prepareImages();
  const stack = await TestStack.create(NOTARY, "the phrase of a bench", LISTEN);
  try {
    stack.changeNotary((notary) => {
      notary.chains = ["KMD", "LTC"];
    });
    await stack.up();
    await untilWhole(NOTARY, 120, 2);
    return await compare(calls);
  } finally {
    await stack.remove();
  }
}

async function compare(calls: number): Promise<Compared[]> {
  const { container, conf, port } = DAEMONS.LTC;
  const credentials = credentialsIn(await readContainerFile(`${NOTARY}-${container}`, conf));
  const target = { port, credentials };
  const beside = new Caller(`${NOTARY}-${container}-pause`);
  const bridged = new Caller(`${NOTARY}-iguana-pause`);
  try {
    return await compareWays(
      { direct: { caller: beside, target }, bridged: { caller: bridged, target } },
      calls,
    );
  } finally {
    await beside.end();
    await bridged.end();
  }
}
