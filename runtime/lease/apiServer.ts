import { readFile } from "node:fs/promises";
import type { OutgoingHttpHeaders } from "node:http";
import { request } from "node:https";
import { parseJson } from "../json";
import { wholeAnswer } from "../wholeAnswer";

/** The container lacks what a call needs: its environment, or a file. The message is for people. */
export class NoAccess extends Error {}

export interface ApiCall {
  readonly method: "GET" | "POST" | "PUT";
  /** From the root of the API: `/apis/coordination.k8s.io/v1/…`. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Sent as JSON. */
  readonly body?: object | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  /** Undefined where the answer is not JSON. */
  readonly body: unknown;
}

/** The API of a cluster. */
export interface Api {
  /** Rejects where there is no answer, and with NoAccess where the call cannot be made. */
  call(call: ApiCall): Promise<ApiAnswer>;
}

/**
 * The API server of the cluster that this container runs in. The kubelet states its address in the environment. The
 * directory is a projected volume with `token` and `ca.crt`; both are read for each call, because the kubelet renews
 * them.
 */
export class ApiServer implements Api {
  constructor(
    private readonly directory: string,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  async call({ method, path, signal, body }: ApiCall): Promise<ApiAnswer> {
    const host = this.env["KUBERNETES_SERVICE_HOST"];
    const port = this.env["KUBERNETES_SERVICE_PORT"];
    if (host === undefined || port === undefined)
      throw new NoAccess(
        "KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set; Kubernetes sets both in every pod",
      );
    const [token, ca] = await Promise.all([this.read("token"), this.read("ca.crt")]);
    const headers: OutgoingHttpHeaders = {
      Authorization: `Bearer ${token.trim()}`,
      Accept: "application/json",
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    if (text !== undefined) {
      headers["Content-Type"] = "application/json";
      headers["Content-Length"] = Buffer.byteLength(text);
    }
    // Each call opens a connection. One that was kept would be silent after its API server has gone.
    const sent = request({ host, port, method, path, headers, ca, agent: false, signal });
    const answer = await wholeAnswer(sent, text);
    return { status: answer.status, body: parseJson(answer.text) };
  }

  private async read(name: string): Promise<string> {
    const path = `${this.directory}/${name}`;
    return readFile(path, "utf8").catch((failure: NodeJS.ErrnoException) => {
      throw new NoAccess(`${path} cannot be read (${failure.code}); it is in the pod's projected volume`);
    });
  }
}
