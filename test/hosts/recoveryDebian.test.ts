import { describeRecovery } from "./recovery";

/** Each of them alone. The other engine gets several at once, which it takes as well, and which takes a third of the time. */
const ALONE = [
  "beer",
  "beer-pause",
  "beer-proxy",
  "kmd",
  "kmd-pause",
  "ltc",
  "iguana",
  "iguana-agent",
  "iguana-pause",
  "iguana-proxy",
  "alpha-witness",
  "alpha-witness-pause",
  "restarter",
];

describeRecovery("debian", "halt", 11, ALONE);
