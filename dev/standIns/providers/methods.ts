import { type handleUnaryCall, Metadata, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { changedKeys, fromStruct, mapped, type Properties, toStruct, withoutMarks } from "./properties";
import {
  type Change,
  type Changing,
  type Configured,
  type Difference,
  type Failure,
  HalfMade,
  type Live,
  type Provider,
  type Resource,
} from "./resource";

type Request = Pick<pb.CreateRequest, "getUrn" | "getName"> & Partial<Pick<pb.CreateRequest, "getTimeout">>;

/** A connection of the engine. It makes one for each provider of a program. */
interface Connection<Session> {
  readonly cancelled: AbortController;
  session?: { readonly value: Session };
}

/** What serves a provider, to one run of the engine after the other. */
export interface Served {
  /** Answers the calls of the plugin protocol (pulumi/provider.proto) that the engine makes for custom resources. */
  readonly methods: UntypedServiceImplementation;
  /** Forgets all runs, which have ended. */
  forget(): void;
}

export function served<Session>(provider: Provider<Session>): Served {
  const resources = new Map(provider.resources.map((resource) => [resource.token, resource]));
  const { acceptSecrets = false } = provider;
  const connections = new Map<string, Connection<Session>>();

  /** @param peer the address of the engine's end */
  function connectionOf(peer: string): Connection<Session> {
    const connection = connections.get(peer) ?? { cancelled: new AbortController() };
    connections.set(peer, connection);
    return connection;
  }

  function answer<Asked, Answer>(
    work: (request: Asked, connection: Connection<Session>) => Answer | Promise<Answer>,
  ): handleUnaryCall<Asked, Answer> {
    return async (call, callback) => {
      try {
        callback(null, await work(call.request, connectionOf(call.getPeer())));
      } catch (error) {
        callback(refusal(error));
      }
    };
  }

  function resourceOf(request: Request): Resource<Session> {
    const token = tokenOf(request.getUrn());
    const resource = resources.get(token);
    if (resource !== undefined) return resource;
    const known = [...resources.keys()].join(", ");
    throw new Error(`the offline ${provider.name} provider does not support ${token}; it supports ${known}`);
  }

  function configured(request: Request, { session }: Connection<Session>): Configured<Session> {
    if (session === undefined) throw new Error(`the ${provider.name} provider is not configured yet`);
    return { ...named(request), session: session.value };
  }

  function live(request: Request, connection: Connection<Session>): Live<Session> {
    const { signal } = connection.cancelled;
    return { ...configured(request, connection), timeout: request.getTimeout?.() ?? 0, signal };
  }

  const methods = {
    // Without acceptSecrets the engine removes the marks of secrets, and itself marks the outputs of secret inputs.
    handshake: answer(() => new pb.ProviderHandshakeResponse().setAcceptSecrets(acceptSecrets)),
    getPluginInfo: answer(() => new PluginInfo().setVersion(provider.version)),
    attach: answer(() => new Empty()),
    // After this call the engine waits for the other calls and then ends this process.
    cancel: answer((_: Empty, { cancelled }) => {
      cancelled.abort(new Error("interrupted"));
      return new Empty();
    }),

    checkConfig: answer((request: pb.CheckRequest) => {
      const inputs = fromStruct(request.getNews());
      return checked(inputs, provider.checkConfig?.(mapped(inputs, withoutMarks)) ?? []);
    }),
    diffConfig: answer((request: pb.DiffRequest) => {
      const before = fromStruct(request.getOldInputs());
      const after = fromStruct(request.getNews());
      const changed = changedKeys(before, after);
      const plain = (properties: Properties) => mapped(properties, withoutMarks);
      const replaces = provider.replacingConfig?.(plain(before), plain(after), changed) ?? [];
      return differing({ changed, replaces, deleteBeforeReplace: false }, before, after);
    }),
    configure: answer((request: pb.ConfigureRequest, connection) => {
      connection.session = { value: provider.configure(mapped(fromStruct(request.getArgs()), withoutMarks)) };
      return new pb.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(acceptSecrets);
    }),

    check: answer((request: pb.CheckRequest, connection) => {
      const inputs = fromStruct(request.getNews());
      const result = resourceOf(request).check?.(
        configured(request, connection),
        inputs,
        fromStruct(request.getOlds()),
      );
      return checked(result?.inputs ?? inputs, result?.failures ?? []);
    }),
    diff: answer((request: pb.DiffRequest, connection) => {
      const subject = { ...configured(request, connection), ...changing(request) };
      const state = fromStruct(request.getOlds());
      const inputs = fromStruct(request.getNews());
      const oldInputs = fromStruct(request.getOldInputs());
      const difference = resourceOf(request).diff?.(subject, state, inputs, oldInputs);
      return differing(difference ?? replacement(oldInputs, inputs), state, inputs);
    }),

    create: answer(async (request: pb.CreateRequest, connection) => {
      const inputs = fromStruct(request.getProperties());
      const response = new pb.CreateResponse();
      const resource = resourceOf(request);
      if (request.getPreview()) {
        const outputs = (await resource.previewCreate?.(live(request, connection), inputs)) ?? inputs;
        return response.setProperties(toStruct(outputs));
      }
      const { id, outputs } = await resource.create(live(request, connection), inputs);
      return response.setId(id).setProperties(toStruct(outputs));
    }),
    read: answer(async (request: pb.ReadRequest, connection) => {
      const id = request.getId();
      const inputs = fromStruct(request.getInputs());
      const state = fromStruct(request.getProperties());
      const found = await resourceOf(request).read({ ...live(request, connection), id }, state, inputs);
      const response = new pb.ReadResponse();
      if (found === undefined) return response;
      response.setId(id).setProperties(toStruct(found.outputs));
      return response.setInputs(toStruct(found.inputs ?? inputs));
    }),
    update: answer(async (request: pb.UpdateRequest, connection) => {
      const state = fromStruct(request.getOlds());
      const inputs = fromStruct(request.getNews());
      const response = new pb.UpdateResponse();
      const resource = resourceOf(request);
      const subject = { ...live(request, connection), ...changing(request) };
      if (request.getPreview()) {
        const outputs = (await resource.previewUpdate?.(subject, state, inputs)) ?? { ...state, ...inputs };
        return response.setProperties(toStruct(outputs));
      }
      if (resource.update === undefined) throw new Error(`${resource.token} cannot be changed in place`);
      const outputs = await resource.update(subject, state, inputs, fromStruct(request.getOldInputs()));
      return response.setProperties(toStruct(outputs));
    }),
    delete: answer(async (request: pb.DeleteRequest, connection) => {
      const subject = { ...live(request, connection), id: request.getId() };
      await resourceOf(request).delete(subject, fromStruct(request.getProperties()));
      return new Empty();
    }),
  };
  return {
    methods,
    forget: () => {
      for (const { session } of connections.values())
        if (session !== undefined) provider.end?.(session.value);
      connections.clear();
    },
  };
}

function refusal(error: unknown): { code: status; details: string; metadata: Metadata } {
  const details = error instanceof Error ? error.message : String(error);
  const metadata = new Metadata();
  if (error instanceof HalfMade) {
    const failed = new pb.ErrorResourceInitFailed()
      .setId(error.id)
      .setProperties(toStruct(error.outputs))
      .setReasonsList([details, ...error.causes]);
    if (error.inputs !== undefined) failed.setInputs(toStruct(error.inputs));
    const any = new Any();
    any.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const rich = new Status().setCode(status.UNKNOWN).setMessage(details);
    rich.addDetails(any);
    metadata.add("grpc-status-details-bin", Buffer.from(rich.serializeBinary()));
  }
  return { code: status.UNKNOWN, details, metadata };
}

/** The difference of a resource that cannot change in place. */
function replacement(oldInputs: Properties, inputs: Properties): Difference {
  const changed = changedKeys(oldInputs, inputs);
  return { changed, replaces: changed, deleteBeforeReplace: false };
}

function checked(inputs: Properties, failures: readonly Failure[]): pb.CheckResponse {
  const list = failures.map(({ property, reason }) =>
    new pb.CheckFailure().setProperty(property).setReason(reason),
  );
  return new pb.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(list);
}

/** Adds a detailed diff, with which the engine prints the old and the new value even when only the state has changed. */
function differing(difference: Difference, state: Properties, inputs: Properties): pb.DiffResponse {
  const { changed, replaces, deleteBeforeReplace, changes } = difference;
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
  const response = new pb.DiffResponse()
    .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...changed])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(changed.length > 0);
  for (const key of changed) {
    const change = changes?.get(key) ?? changeOf(state[key], inputs[key]);
    const kind = kindOf(change, replaces.includes(key));
    response.getDetaileddiffMap().set(key, new pb.PropertyDiff().setKind(kind));
  }
  return response;
}

function changeOf(before: unknown, after: unknown): Change {
  if (before === undefined) return "add";
  return after === undefined ? "delete" : "update";
}

function kindOf(change: Change, replaces: boolean): pb.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = pb.PropertyDiff.Kind;
  switch (change) {
    case "add":
      return replaces ? ADD_REPLACE : ADD;
    case "delete":
      return replaces ? DELETE_REPLACE : DELETE;
    case "update":
      return replaces ? UPDATE_REPLACE : UPDATE;
  }
}

function named(request: Request): { urn: string; name: string } {
  return { urn: request.getUrn(), name: request.getName() };
}

function changing(request: pb.DiffRequest | pb.UpdateRequest): Changing {
  return { ...named(request), id: request.getId(), ignored: request.getIgnorechangesList() };
}

/** The type in a URN of the form urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>. */
function tokenOf(urn: string): string {
  const types = urn.split("::")[2] ?? "";
  return types.slice(types.lastIndexOf("$") + 1);
}
