import { prepareDocker } from "../../setup/docker";
import { prepareImages } from "../../setup/images";
import { LOCAL } from "../testbed/docker";
import { TestStack } from "../testbed/stack";
import { describeNotary } from "./notary";

describeNotary("a notary on one Docker host", "north", async () => {
  await prepareDocker();
  await prepareImages();
  const stack = await TestStack.create("north", "canary phrase of the north", "127.0.0.2");
  await stack.up();
  return { stack, at: LOCAL, remove: () => stack.destroy() };
});
