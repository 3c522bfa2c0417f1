import { serve } from "../provider";
import { checkConfig } from "./address";
import { container } from "./container";
import { openEngine } from "./engine";
import { network } from "./network";
import { volume } from "./volume";

void serve({
  name: "docker",
  version: "5.2.0",
  checkConfig,
  configure: openEngine,
  resources: [container, network, volume],
});
