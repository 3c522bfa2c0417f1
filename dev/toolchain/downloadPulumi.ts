import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { messageOf } from "../../input/messageOf";

// Pulumi's own installation is a program of its own, because it takes no time limit and loading it takes half a second.
// Its arguments are the folder to install to and the version.
const [root = "", version = ""] = process.argv.slice(2);
PulumiCommand.install({ root, version: new SemVer(version) }).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
