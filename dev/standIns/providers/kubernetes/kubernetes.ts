import type { Provider } from "../provider";
import { checkConfig, configure, replacingConfig, type Session } from "./configuration";
import { kinds } from "./kinds";
import { resource } from "./resource";

/** The kubernetes provider for machines without the official plugin. It handles all its kinds in the same way. */
export const kubernetes: Provider<Session> = {
  name: "kubernetes",
  version: "4.34.2",
  acceptSecrets: true,
  checkConfig,
  replacingConfig,
  configure,
  resources: kinds.map(resource),
};
