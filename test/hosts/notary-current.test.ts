import { describeNotary } from "../containers/notary";
import { TestHosts } from "../testbed/hosts/hosts";
import { SYMBOLS } from "../testbed/notary";
import { createSpanningStack } from "../testbed/spanning";

describeNotary("a notary on one Docker host with a current engine", "modern", async () => {
  const hosts = await TestHosts.start(["alpha"], { pool: 3, engine: "current" });
  const placement = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, "alpha"]));
  const stack = await createSpanningStack("modern", hosts, placement);
  await stack.up();
  return {
    stack,
    at: () => hosts.host("alpha").socket,
    remove: async () => {
      stack.forget();
      await hosts.stop();
    },
  };
});
