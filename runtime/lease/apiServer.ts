import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { RUN_DIRECTORY } from "../agent/runDirectory";
import { parseJson } from "../json";
import { wholeAnswer } from "../wholeAnswer";

/** What has to be mended before any call can be made. */
export class NoAccess extends Error {}

export interface ApiAnswer {
  readonly status: number;
  /** Undefined where it is no JSON. */
  readonly body: unknown;
}

/** Calls of the cluster's API. */
export interface Api {
  /** Rejects where there is no answer; of NoAccess the message is for people. */
  call(method: "GET" | "POST" | "PUT", path: string, signal: AbortSignal, body?: object): Promise<ApiAnswer>;
}

/**
 * The API server of the cluster that this container runs in: where the kubelet says that it is, with the token and the
 * authority of a projected volume. Both are read at each call, for the kubelet renews them.
 */
export class ApiServer implements Api {
  constructor(
    private readonly env: NodeJS.ProcessEnv = process.env,
    private readonly directory = `${RUN_DIRECTORY}/api`,
  ) {}

  async call(
    method: "GET" | "POST" | "PUT",
    path: string,
    signal: AbortSignal,
    body?: object,
  ): Promise<ApiAnswer> {
    const host = this.env["KUBERNETES_SERVICE_HOST"];
    const port = this.env["KUBERNETES_SERVICE_PORT"];
    if (host === undefined || port === undefined)
      throw new NoAccess("KUBERNETES_SERVICE_HOST and _PORT are not set, which every pod of Kubernetes has");
    const [token, ca] = await Promise.all([this.read("token"), this.read("ca.crt")]);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      Authorization: `Bearer ${token.trim()}`,
      Accept: "application/json",
      ...(text === undefined
        ? {}
        : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }),
    };
    // No connection is kept: one to an API server that has gone would be silent.
    const sent = request({ host, port, method, path, headers, ca, agent: false, signal });
    const answer = await wholeAnswer(sent, text);
    return { status: answer.status, body: parseJson(answer.text) };
  }

  private async read(name: string): Promise<string> {
    const path = `${this.directory}/${name}`;
    return readFile(path, "utf8").catch((failure: NodeJS.ErrnoException) => {
      throw new NoAccess(
        `${path} cannot be read (${failure.code}); it comes with the pod's projected volume`,
      );
    });
  }
}
