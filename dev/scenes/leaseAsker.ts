import { setTimeout as sleep } from "node:timers/promises";
import { RUN_DIRECTORY } from "../../runtime/agent/runDirectory";
import { kernelClock } from "../../runtime/bootClock";
import { ApiServer } from "../../runtime/lease/apiServer";
import { instanceId } from "../../runtime/lease/instance";
import { Lease } from "../../runtime/lease/Lease";
import { LeaseObject } from "../../runtime/lease/LeaseObject";
import { LEASE_TIMES } from "../../runtime/lease/rules";

/** The result of one question, written as a line of JSON. */
export interface Asked {
  readonly instance: string;
  readonly verdict: string;
  readonly answer: unknown;
}

/**
 * Runs in a pod with the arguments NAMESPACE NAME HOLDER. Asks for the Lease once a second, with the code that an agent uses,
 * until SIGTERM ends it.
 */
async function main([namespace = "", name = "", holder = ""]: readonly string[]): Promise<never> {
  process.on("SIGTERM", () => process.exit(0));
  const clock = kernelClock();
  const instance = instanceId(clock);
  const api = new ApiServer(`${RUN_DIRECTORY}/api`);
  const { answerWithin } = LEASE_TIMES;
  const object = new LeaseObject({ objectName: { namespace, name }, api, clock, answerWithin });
  const lease = new Lease({ lessors: [object], holder, instance, times: LEASE_TIMES, clock });
  for (;;) {
    const verdict = await lease.ask();
    const asked: Asked = { instance, verdict, answer: lease.answers[0]?.answer };
    process.stdout.write(`${JSON.stringify(asked)}\n`);
    await sleep(1000);
  }
}

void main(process.argv.slice(1));
