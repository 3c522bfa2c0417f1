#!/usr/bin/env node
// A checkout has the sources and runs them, whether it was built or not. The package has the compiled command alone.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const isCheckout = existsSync(join(__dirname, "main.ts"));
if (isCheckout) require("./register.cjs");
const { main } = isCheckout ? require("./main.ts") : require("../dist/cli/main.js");
main(process.argv);
