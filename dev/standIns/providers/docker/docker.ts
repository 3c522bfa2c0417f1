import type { Provider } from "../provider";
import { checkConfig } from "./address";
import { container } from "./container";
import { type Engine, openEngine } from "./engine";
import { network } from "./network";
import { volume } from "./volume";

/** The docker provider for machines without the official plugin. */
export const docker: Provider<Engine> = {
  name: "docker",
  version: "5.2.0",
  checkConfig,
  configure: openEngine,
  end: (engine) => engine.close(),
  resources: [container, network, volume],
};
