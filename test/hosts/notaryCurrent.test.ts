import { SYMBOLS } from "../../dev/scenes/notary";
import { createSpanningStack } from "../../dev/scenes/spanning";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { describeNotary } from "../containers/notary";

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
