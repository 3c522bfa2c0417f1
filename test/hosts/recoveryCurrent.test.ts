import { describeRecovery } from "./recovery";

describeRecovery("current", "stay", 12);
