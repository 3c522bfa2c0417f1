/** The random provider for machines without the official plugin. It has only RandomPassword. */
import { serve } from "../provider";
import { randomPassword } from "./randomPassword";

const { version }: { version: string } = require("@pulumi/random/package.json");

void serve({ name: "random", version, configure: () => undefined, resources: [randomPassword] });
