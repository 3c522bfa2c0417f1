import { describeRecovery } from "./recovery";

/** All that are killed alone on the other engine, each beside containers of other workloads. */
const TOGETHER = [
  "beer, kmd-pause, iguana-agent, alpha-witness",
  "beer-pause, ltc, iguana",
  "beer-proxy, kmd, iguana-pause",
  "iguana-proxy, alpha-witness-pause, restarter",
];

describeRecovery("current", "stay", 12, TOGETHER);
