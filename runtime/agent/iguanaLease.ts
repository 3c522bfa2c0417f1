import { type BootClock, kernelClock } from "../bootClock";
import { ApiServer } from "../lease/apiServer";
import { instanceId } from "../lease/instance";
import { Lease } from "../lease/Lease";
import { LeaseKeeper } from "../lease/LeaseKeeper";
import { LeaseObject } from "../lease/LeaseObject";
import type { Lessor } from "../lease/lessor";
import { RelianceFile } from "../lease/reliance";
import { LEASE_TIMES, type LeaseTimes } from "../lease/rules";
import { WitnessClient } from "../lease/WitnessClient";
import { IguanaProcess } from "./iguanaProcess";
import type { LeasePlan, NotaryPlan } from "./plan";
import { RUN_DIRECTORY } from "./runDirectory";
import type { StatusBoard } from "./StatusBoard";

/** On Docker a file of the container's own layer, in a pod one of an emptyDir. Both outlive the agent's process. */
const RELIANCE_FILE = "/tmp/dokomodo-lease";

/** What a lease depends on beside the plan. */
export interface LeaseSurroundings {
  readonly clock: BootClock;
  /** See runtime/lease/instance.ts. */
  readonly instance: string;
  readonly times: LeaseTimes;
  /** The path of the file that holds until when Iguana may be up. */
  readonly relianceFile: string;
}

/** The surroundings in a workload's containers. */
export function realSurroundings(): LeaseSurroundings {
  const clock = kernelClock();
  return { clock, instance: instanceId(clock), times: LEASE_TIMES, relianceFile: RELIANCE_FILE };
}

export interface IguanaLeaseArgs {
  readonly plan: NotaryPlan;
  readonly board: StatusBoard;
  readonly surroundings: () => LeaseSurroundings;
  /** Called when Iguana's permit has been given or taken away. */
  readonly onChange: () => void;
}

/** Keeps Iguana's lease as the plan says; undefined where the plan has none. */
export function leaseKeeperOf({
  plan,
  board,
  surroundings,
  onChange,
}: IguanaLeaseArgs): LeaseKeeper | undefined {
  const { lease } = plan.iguana;
  if (lease === undefined) return undefined;
  const { clock, instance, times, relianceFile } = surroundings();
  const { holder } = lease;
  const lessors = lessorsOf(lease, plan.publicKey, times, clock);
  return new LeaseKeeper({
    lease: new Lease({ lessors, holder, instance, times, clock }),
    process: new IguanaProcess(plan.iguana.rpcPort),
    report: board,
    reliance: new RelianceFile(relianceFile, instance),
    onChange,
  });
}

function lessorsOf(
  lease: LeasePlan,
  publicKey: string,
  { answerWithin }: LeaseTimes,
  clock: BootClock,
): Lessor[] {
  if ("object" in lease) {
    const api = new ApiServer(`${RUN_DIRECTORY}/api`);
    return [new LeaseObject({ objectName: lease.object, api, clock, answerWithin })];
  }
  return lease.witnesses.map(({ name, port }) => new WitnessClient({ name, port, publicKey, answerWithin }));
}
