import type { Rule } from "../context";
import { checkAuthority } from "./authority";
import { checkBackup } from "./backup";
import { checkDaemonPorts } from "./daemonPorts";
import { checkDownloads } from "./downloads";
import { checkElected } from "./elected";
import { checkExternal } from "./external";
import { checkHosts } from "./hosts";
import { checkImages } from "./images";
import { checkNames } from "./names";
import { checkNodes } from "./nodes";
import { checkPassphrases } from "./passphrases";
import { checkPlatforms } from "./platforms";
import { checkPorts } from "./ports";
import { checkRegistries } from "./registries";
import { checkRollOut } from "./rollOut";

/** All rules that a stack has to keep. They are checked before anything is deployed. */
export const RULES: readonly Rule[] = [
  checkNodes,
  checkHosts,
  checkExternal,
  checkPassphrases,
  checkAuthority,
  checkImages,
  checkDownloads,
  checkDaemonPorts,
  checkRegistries,
  checkRollOut,
  checkBackup,
  checkNames,
  checkPorts,
  checkElected,
  checkPlatforms,
];
