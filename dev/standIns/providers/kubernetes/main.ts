/** The kubernetes provider for machines without the official plugin. It handles all its kinds in the same way. */
import { serve } from "../provider";
import { checkConfig, configure, replacingConfig } from "./configuration";
import { kinds } from "./kinds";
import { resource } from "./resource";

void serve({
  name: "kubernetes",
  version: "4.34.2",
  acceptSecrets: true,
  checkConfig,
  replacingConfig,
  configure,
  resources: kinds.map(resource),
});
