import type { PlatformDefinition } from "./definition";
import { docker } from "./docker/definition";
import { kubernetes } from "./kubernetes/definition";

/** The table of platforms. All other code asks this table, so a new platform is a folder and a line here. */
export const PLATFORMS: readonly PlatformDefinition[] = [docker, kubernetes];

/** The platform of a stack that states none. */
export const USUAL_PLATFORM = docker.name;
