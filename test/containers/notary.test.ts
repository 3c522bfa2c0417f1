import { prepareImages } from "../../dev/images/images";
import { LOCAL } from "../../dev/scenes/docker";
import { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import { describeNotary } from "./notary";

describeNotary("a notary on one Docker host", "north", async () => {
  await prepareDocker();
  await prepareImages();
  const stack = await TestStack.create("north", "canary phrase of the north", "127.0.0.2");
  await stack.up();
  return { stack, at: LOCAL, remove: () => stack.destroy() };
});
