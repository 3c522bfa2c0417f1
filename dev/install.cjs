// Installs the npm packages of package-lock.json when node_modules does not match it. It is plain JavaScript, because it
// runs before anything is installed.
const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const project = join(__dirname, "..");
const marker = join(project, "node_modules", ".dokomodo-installed");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `dokomodo needs Node 20.19 or newer, and this is Node ${process.versions.node}. Install a newer Node.`,
  );
  process.exit(1);
}

const lock = readFileSync(join(project, "package-lock.json"), "utf8");
if (existsSync(marker) && readFileSync(marker, "utf8") === lock) process.exit(0);

console.log("Installing the npm packages of package-lock.json …");
const { status, error } = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
  cwd: project,
  stdio: "inherit",
});
if (status !== 0) {
  console.error(
    `npm ci failed${error === undefined ? "" : `: ${error.message}`}. Fix what it reports, then run this again.`,
  );
  process.exit(1);
}
writeFileSync(marker, lock);
