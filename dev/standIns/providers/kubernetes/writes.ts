import { type Changing, type Created, HalfMade, hasUnknown, type Live, type Properties } from "../provider";
import { timeoutOf } from "./annotations";
import { Refused } from "./apiServer";
import { apply, create, isNamespaceMissing, relinquish, takeOver, type Writing } from "./applying";
import { awaitReady } from "./awaiting";
import { checkpointOf, outputsOf, plain } from "./checkpoint";
import type { Session } from "./configuration";
import { isUnpreviewable, notCreated, notUpdated, reasonOf } from "./failures";
import { withoutIgnored } from "./ignoring";
import { type Kind, pathOf } from "./kinds";
import { fieldManagerOf } from "./naming";
import { normalized } from "./normalization";
import { idOf, nameOf, namespaceOf } from "./objects";

type Subject = Live<Session>;

/** Makes the object and waits until it is ready. `marked` are the inputs with their marks of secrets. */
export async function createObject(subject: Subject, kind: Kind, marked: Properties): Promise<Created> {
  await requireReachable(subject);
  const inputs = plain(marked);
  const fieldManager = fieldManagerOf(inputs, "");
  const made = await create(writing(subject, kind, fieldManager), inputs).catch((error) => {
    throw notCreated(subject, kind, inputs, error);
  });
  const timeout = timeoutOf(subject.timeout, inputs);
  const { live, problem, causes } = await awaitReady(subject, kind, { inputs, made, timeout });
  const outputs = outputsOf({ inputs, live, fieldManager, initialApiVersion: kind.apiVersion }, marked);
  if (problem === undefined) return { id: idOf(made), outputs };
  const what =
    `resource "${subject.urn}" was successfully created, but the Kubernetes API server reported that it failed to ` +
    `fully initialize or become live: ${reasonOf(kind, inputs, new Error(problem))}`;
  throw new HalfMade(idOf(made), outputs, what, causes);
}

/** Previews what the API server would make. Returns the inputs when it cannot say so before the update. */
export async function previewCreation(subject: Subject, kind: Kind, marked: Properties): Promise<Properties> {
  const inputs = plain(marked);
  if (hasUnknown(inputs) || kind.patch || !(await isReachable(subject))) return marked;
  const fieldManager = fieldManagerOf(inputs, "");
  try {
    const { status: _, ...live } = await create(writing(subject, kind, fieldManager, true), inputs);
    return outputsOf({ inputs, live, fieldManager, initialApiVersion: kind.apiVersion }, marked);
  } catch (error) {
    if (isNamespaceMissing(error) || isUnpreviewable(error)) return marked;
    throw notCreated(subject, kind, inputs, error);
  }
}

/** Applies the inputs to the object and waits until it is ready. */
export async function updateObject(
  subject: Subject & Changing,
  kind: Kind,
  state: Properties,
  marked: Properties,
): Promise<Properties> {
  await requireReachable(subject);
  const inputs = normalized(plain(marked));
  const old = checkpointOf(state);
  const { initialApiVersion } = old;
  const fieldManager = fieldManagerOf(inputs, old.fieldManager);
  const task = writing(subject, kind, fieldManager);
  const outputs = (live: Properties) => outputsOf({ inputs, live, fieldManager, initialApiVersion }, marked);
  const halfMade = (live: Properties, error: unknown, causes?: readonly string[]) => {
    const reason = reasonOf(kind, inputs, error);
    const what = `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or become live`;
    return new HalfMade(subject.id, outputs(live), `${what}: ${reason}`, causes);
  };
  const made = await applyOver(task, subject, old.live, inputs).catch(async (error) => {
    const live = await find(subject, kind, old.live).catch(() => undefined);
    throw live === undefined ? notUpdated(subject, kind, inputs, error) : halfMade(live, error);
  });
  const timeout = timeoutOf(subject.timeout, inputs);
  const { live, problem, causes } = await awaitReady(subject, kind, { inputs, made, timeout });
  if (problem !== undefined) throw halfMade(live, new Error(problem), causes);
  if (old.fieldManager !== "" && old.fieldManager !== fieldManager)
    await relinquish({ ...task, fieldManager: old.fieldManager }, made);
  return outputs(live);
}

export async function previewUpdating(
  subject: Subject & Changing,
  kind: Kind,
  state: Properties,
  marked: Properties,
): Promise<Properties> {
  const inputs = normalized(plain(marked));
  if (hasUnknown(inputs) || !(await isReachable(subject))) return marked;
  const { live: before, fieldManager: known, initialApiVersion } = checkpointOf(state);
  const fieldManager = fieldManagerOf(inputs, known);
  try {
    const live = await applyOver(writing(subject, kind, fieldManager, true), subject, before, inputs);
    return outputsOf({ inputs, live, fieldManager, initialApiVersion }, marked);
  } catch (error) {
    if (error instanceof Refused && error.code === 403) return marked;
    throw notUpdated(subject, kind, inputs, error);
  }
}

export function writing(subject: Subject, kind: Kind, fieldManager: string, dryRun = false): Writing {
  return { session: subject.session, kind, fieldManager, dryRun, signal: subject.signal };
}

async function applyOver(
  task: Writing,
  { ignored }: Changing,
  known: Properties,
  inputs: Properties,
): Promise<Properties> {
  const path = pathOf(task.kind, namespaceOf(known), nameOf(known));
  const found = await task.session.api.call({ method: "GET", path, signal: task.signal });
  const live = task.dryRun ? found : await takeOver(task, found);
  return apply(task, withoutIgnored(inputs, live, task.fieldManager, ignored), live);
}

function find({ session, signal }: Subject, kind: Kind, live: Properties): Promise<Properties | undefined> {
  return session.api.find(pathOf(kind, namespaceOf(live), nameOf(live)), signal);
}

async function isReachable({ session }: Subject): Promise<boolean> {
  return (await session.api.unreachable()) === undefined;
}

async function requireReachable({ session }: Subject): Promise<void> {
  const reason = await session.api.unreachable();
  if (reason !== undefined) throw new Error(`configured Kubernetes cluster is unreachable: ${reason}`);
}
