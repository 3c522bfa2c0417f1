import { describeRecovery } from "./recovery";

describeRecovery("debian", "halt", 11);
