import {
  HalfMade,
  hasUnknown,
  type Identified,
  type Live,
  type Properties,
  type ReadBack,
  type Resource,
} from "../provider";
import { isTrue, timeoutOf } from "./annotations";
import { Refused } from "./apiServer";
import { relinquish, type Writing } from "./applying";
import { checkReady } from "./awaiting";
import { checkpointOf, outputsOf, plain } from "./checkpoint";
import { difference } from "./comparison";
import type { Session } from "./configuration";
import { remove } from "./deletion";
import { notDeleted } from "./failures";
import { type Kind, pathOf } from "./kinds";
import { fieldManagerOf, named } from "./naming";
import { normalized } from "./normalization";
import { identityOf, isMap, nameOf, namespaceOf, withMetadata } from "./objects";
import { pruned } from "./pruning";
import { annotated } from "./secrets";
import { createObject, previewCreation, previewUpdating, updateObject, writing } from "./writes";

type Subject = Live<Session> & Identified;

/** The resource of one kind. All kinds are made, changed and removed in the same way. */
export function resource(kind: Kind): Resource<Session> {
  return {
    token: kind.token,
    check({ name, session }, marked, old) {
      const stated = normalized(plain(marked));
      const isUnnamed = nameOf(stated) === "" && !hasUnknown(stated["metadata"]);
      if (kind.patch && isUnnamed)
        throw new Error("patch resources require the `.metadata.name` field to be set");
      const inputs = placed(kind, session.namespace, named(stated, plain(old), name));
      return { inputs: annotated(inputs, marked), failures: [] };
    },
    diff: (subject, state, inputs) => difference(kind, subject, state, inputs),
    create: (subject, inputs) => createObject(subject, kind, inputs),
    previewCreate: (subject, inputs) => previewCreation(subject, kind, inputs),
    update: (subject, state, inputs) => updateObject(subject, kind, state, inputs),
    previewUpdate: (subject, state, inputs) => previewUpdating(subject, kind, state, inputs),
    read: (subject, state, inputs) => readObject(subject, kind, state, inputs),
    delete: (subject, state) => deleteObject(subject, kind, state),
  };
}

function placed({ namespaced }: Kind, namespace: string, inputs: Properties): Properties {
  const isStated = namespaceOf(inputs) !== "" || !isMap(inputs["metadata"]);
  return namespaced && !isStated ? withMetadata(inputs, { namespace }) : inputs;
}

/** Reads the live object as outputs. The inputs are its fields that the program states, or all fields on import. */
async function readObject(
  subject: Subject,
  kind: Kind,
  state: Properties,
  marked: Properties,
): Promise<ReadBack | undefined> {
  const { api, deleteUnreachable } = subject.session;
  const unreachable = await api.unreachable();
  if (unreachable !== undefined && deleteUnreachable) return undefined;
  if (unreachable !== undefined)
    throw new Error(
      `failed to read resource state due to unreachable cluster: ${unreachable}. ${forgetting}`,
    );
  const { namespace, name } = identityOf(subject.id);
  const live = await api.find(pathOf(kind, namespace, name), subject.signal);
  if (live === undefined) return undefined;
  const old = checkpointOf(state);
  const isImport = Object.keys(marked).length === 0;
  const inputs = isImport ? imported(live) : pruned(live, normalized(plain(marked)));
  const fieldManager = fieldManagerOf(inputs, old.fieldManager);
  const initialApiVersion = old.initialApiVersion || kind.apiVersion;
  const outputs = outputsOf({ inputs, live, fieldManager, initialApiVersion }, marked);
  const readBack = { outputs, inputs: annotated(inputs, marked) };
  const causes = isImport || isTrue(inputs, "skipAwait") ? [] : await checkReady(subject, kind, live);
  if (causes.length === 0) return readBack;
  const what = `Resource '${name}' was created but failed to initialize`;
  throw new HalfMade(subject.id, outputs, what, causes, readBack.inputs);
}

function imported(live: Properties): Properties {
  const { status: _, ...inputs } = live;
  return normalized(inputs);
}

async function deleteObject(subject: Subject, kind: Kind, state: Properties): Promise<void> {
  const { api, deleteUnreachable } = subject.session;
  const unreachable = await api.unreachable();
  if (unreachable !== undefined && deleteUnreachable) return;
  if (unreachable !== undefined)
    throw new Error(`configured Kubernetes cluster is unreachable: ${unreachable}. ${forgetting}`);
  const { inputs, live, fieldManager } = checkpointOf(state);
  try {
    if (kind.patch) await leave(writing(subject, kind, fieldManager), live);
    else await remove(subject, kind, { inputs, live, timeout: timeoutOf(subject.timeout, inputs) });
  } catch (error) {
    throw notDeleted(subject, kind, live, error);
  }
}

const forgetting =
  "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the " +
  'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** Gives up the fields of a patch. It does nothing when the object is gone, because an apply would make the object anew. */
async function leave(task: Writing, live: Properties): Promise<void> {
  const path = pathOf(task.kind, namespaceOf(live), nameOf(live));
  if ((await task.session.api.find(path, task.signal)) === undefined) return;
  try {
    await relinquish(task, live);
  } catch (error) {
    if (error instanceof Refused && error.code === 404) return;
    const isNeeded =
      error instanceof Refused && error.reason === "Invalid" && /Required value/.test(error.message);
    if (!isNeeded) throw error;
    throw new Error(
      "this Patch resource is currently managing a required field, so it can't be deleted directly. Either set the " +
        `\`retainOnDelete\` resource option, or have another own the field first: ${error.message}`,
    );
  }
}
