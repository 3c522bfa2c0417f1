import type { Provider } from "../provider";
import { randomPassword } from "./randomPassword";

const { version }: { version: string } = require("@pulumi/random/package.json");

/** The random provider for machines without the official plugin. It has only RandomPassword. */
export const random: Provider<undefined> = {
  name: "random",
  version,
  configure: () => undefined,
  resources: [randomPassword],
};
