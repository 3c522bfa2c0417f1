import { IguanaStandIn } from "./IguanaStandIn";

/**
 * Iguana's stand-in as a process of its own, which can be killed: PORT PUBLIC_KEY [MILLISECONDS]. Writes every command
 * as a line. Told to stop it ends after so many milliseconds.
 */
const [port = "", publicKey = "", milliseconds = "1000"] = process.argv.slice(2);
const chain = { isOurs: true, height: 100 };
const iguana = new IguanaStandIn(
  new Map([
    ["KMD", chain],
    ["LTC", chain],
  ]),
);
iguana.port = Number(port);
iguana.publicKey = publicKey;
iguana.onStop = () => {
  process.stdout.write("stopping\n");
  setTimeout(() => process.exit(0), Number(milliseconds));
};
iguana.onCommand = (command) => process.stdout.write(`${command}\n`);
void iguana.start();
