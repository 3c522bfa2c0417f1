import {
  errorAnswer,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  NotARequest,
  type RpcRequest,
  readRequest,
} from "./calls";
import { DEFAULT_METHODS, methodProblem } from "./methods";
import { ANY, type FilterClient, type FilterPlan } from "./plan";

/** What a client asked for. All of it is the caller's, apart from the client's name, which the proxy sets. */
export interface Asked {
  readonly client: string | undefined;
  readonly httpMethod: string;
  readonly path: string;
  readonly body: Uint8Array;
}

/** What becomes of it. */
export type Verdict =
  | { readonly kind: "forward"; readonly symbol: string; readonly request: RpcRequest }
  | {
      readonly kind: "refuse";
      readonly status: number;
      /** The body of the answer. */
      readonly answer: string;
      /** For the log. It has no params. */
      readonly line: string;
    };

/** Longest text of a caller in a message or in the log. */
const MOST_QUOTED = 40;
/** So many different methods of a refused batch are in the log. */
const MOST_NAMED = 5;

interface Rights {
  readonly chains: ReadonlySet<string>;
  readonly methods: Methods;
}

interface Methods {
  has(method: string): boolean;
  /** For people: what may be called. */
  readonly told: string;
}

function methodsOf({ allow = DEFAULT_METHODS }: FilterClient): Methods {
  if (allow === ANY) {
    const has = (method: string) => methodProblem(method) === undefined;
    return {
      has,
      told: "every method that shows no key, takes none, does not end the daemon and reaches no file",
    };
  }
  const methods = new Set(allow);
  return { has: (method) => methods.has(method), told: allow.join(", ") };
}

/** Decides by the plan who may call what. */
export class Gate {
  private readonly rights: ReadonlyMap<string, Rights>;

  constructor({ clients }: FilterPlan) {
    this.rights = new Map(
      Object.entries(clients).map(([name, client]) => [
        name,
        { chains: new Set(client.chains), methods: methodsOf(client) },
      ]),
    );
  }

  judge({ client, httpMethod, path, body }: Asked): Verdict {
    if (client === undefined || client === "")
      return refuse(403, INVALID_REQUEST, "a client", "the caller has no client certificate's name");
    const who = `client ${printable(client)}`;
    const rights = this.rights.get(client);
    if (rights === undefined) return refuse(403, INVALID_REQUEST, who, `${who} is not known here`);
    if (httpMethod !== "POST")
      return refuse(
        405,
        INVALID_REQUEST,
        who,
        "JSON-RPC takes POST only, to the path of a chain such as /KMD",
      );
    const symbol = path.slice(1);
    if (!path.startsWith("/") || !rights.chains.has(symbol)) {
      const chains = [...rights.chains].map((chain) => `/${chain}`).join(", ") || "no chain";
      return refuse(
        403,
        INVALID_REQUEST,
        who,
        `${who} may not call ${printable(path)}; it may call ${chains}`,
      );
    }
    const request = requestOf(body);
    if (request instanceof NotARequest)
      return refuse(400, request.code, `${who} on ${symbol}`, request.message);
    return judgeMethods(request, rights.methods, who, symbol);
  }
}

/**
 * A batch with a call that is not allowed is refused as a whole, so that nothing of it is done. Each of its calls gets
 * an error of its own.
 */
function judgeMethods(request: RpcRequest, methods: Methods, who: string, symbol: string): Verdict {
  const refused = [
    ...new Set(request.calls.map(({ method }) => method).filter((method) => !methods.has(method))),
  ];
  const [first] = refused;
  if (first === undefined) return { kind: "forward", symbol, request };
  const answer = errorAnswer(request, METHOD_NOT_FOUND, (method) =>
    methods.has(method)
      ? `nothing of the batch was done, because ${who} may not call ${printable(first)} on ${symbol}`
      : `${who} may not call ${printable(method)} on ${symbol}; it may call ${methods.told}`,
  );
  const named = refused.slice(0, MOST_NAMED).map(printable).join(", ");
  const more = refused.length > MOST_NAMED ? ` and ${refused.length - MOST_NAMED} more` : "";
  return { kind: "refuse", status: 403, answer, line: `refused ${who} on ${symbol}: ${named}${more}` };
}

function requestOf(body: Uint8Array): RpcRequest | NotARequest {
  try {
    return readRequest(body);
  } catch (failure) {
    if (failure instanceof NotARequest) return failure;
    throw failure;
  }
}

function refuse(status: number, code: number, who: string, message: string): Verdict {
  return {
    kind: "refuse",
    status,
    answer: errorAnswer(undefined, code, () => message),
    line: `refused ${who}: ${message}`,
  };
}

/** A caller's text as one short word of ASCII. */
export function printable(text: string): string {
  const clean = text.slice(0, MOST_QUOTED).replace(/[^\x21-\x7e]/g, "?");
  return text.length > MOST_QUOTED ? `${clean}...` : clean;
}
