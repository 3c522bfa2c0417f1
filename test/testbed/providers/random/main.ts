/** The random provider for machines without the official plugin: random:index/randomPassword:RandomPassword. */
import { serve } from "../provider";
import { randomPassword } from "./random-password";

void serve({ name: "random", version: "4.21.2", configure: () => undefined, resources: [randomPassword] });
