import { readFile } from "node:fs/promises";
import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { Agent as EncryptedAgent, request as encryptedRequest } from "node:https";
import { join } from "node:path";
import { type DockerEndpoint, engineSocket } from "./host";
import { SshAgent } from "./sshStream";

/** Connections to one engine at a time. Over ssh each is a session, of which a login has ten and `up` takes SSH_AT_ONCE. */
export const CONNECTIONS = 2;

/** How long an engine may take for an answer that needs nobody else. */
const ANSWER_SECONDS = 30;

/** What an engine answered instead of doing what it was asked. */
export class EngineRefusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export interface CallOptions {
  /** Sent as JSON. */
  readonly body?: unknown | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Seconds until the answer's head has to be there. */
  readonly seconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The API of a host's Docker Engine, reached as the stack's own provider reaches it. */
export class DockerConnection {
  private constructor(
    private readonly open: typeof request,
    private readonly options: RequestOptions & { readonly agent: Agent },
  ) {}

  /** Opens nothing before the first call. Throws where client certificates cannot be read. */
  static async open(endpoint: DockerEndpoint): Promise<DockerConnection> {
    const { docker, certificates } = endpoint;
    const bound = { keepAlive: true, maxSockets: CONNECTIONS, maxFreeSockets: 1 };
    if (docker.startsWith("ssh://")) {
      // The name means nothing to the engine, which is at the other end already.
      const options = { host: "docker", agent: new SshAgent(endpoint, CONNECTIONS) };
      return new DockerConnection(request, options);
    }
    if (docker.startsWith("unix://")) {
      return new DockerConnection(request, { socketPath: engineSocket(endpoint), agent: new Agent(bound) });
    }
    const { hostname, port } = new URL(docker.replace("tcp:", "https:"));
    const agent = new EncryptedAgent({ ...bound, ...(await readCertificates(certificates ?? "")) });
    return new DockerConnection(encryptedRequest, { hostname, port, agent });
  }

  /**
   * One call; what its answer holds, undefined where that is nothing. Throws an EngineRefusal, or why there is no answer;
   * a SyntaxError where what answers is no engine.
   */
  async call(method: string, path: string, options: CallOptions = {}): Promise<unknown> {
    const text = await textOf(await this.send(method, path, { seconds: ANSWER_SECONDS, ...options }));
    return text.trim() === "" ? undefined : JSON.parse(text);
  }

  /** One call whose answer comes bit by bit; its parts, each an object of JSON on a line. */
  async *parts(method: string, path: string, options: CallOptions = {}): AsyncGenerator<unknown> {
    const response = await this.send(method, path, options);
    let rest = "";
    for await (const chunk of response.setEncoding("utf8")) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield JSON.parse(line);
    }
    if (rest.trim() !== "") yield JSON.parse(rest);
  }

  close(): void {
    this.options.agent.destroy();
  }

  private async send(method: string, path: string, options: CallOptions): Promise<IncomingMessage> {
    const { body, headers = {}, seconds, signal } = options;
    const content = body === undefined ? undefined : JSON.stringify(body);
    const described =
      content === undefined
        ? { "content-length": "0" }
        : { "content-type": "application/json", "content-length": String(Buffer.byteLength(content)) };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = this.open(
        {
          ...this.options,
          method,
          path,
          headers: method === "GET" ? headers : { ...described, ...headers },
          ...(signal === undefined ? {} : { signal }),
        },
        resolve,
      );
      call.on("error", reject);
      if (seconds !== undefined) {
        const late = setTimeout(() => call.destroy(new Error(`no answer in ${seconds} s`)), seconds * 1000);
        call.on("close", () => clearTimeout(late));
      }
      call.end(content);
    });
    const { statusCode = 0 } = response;
    if (statusCode < 400) return response;
    throw new EngineRefusal(refusalIn(await textOf(response)), statusCode);
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return text;
}

function refusalIn(text: string): string {
  try {
    return String(JSON.parse(text).message).trim();
  } catch {
    return text.trim();
  }
}

/** The files of `docker --tlsverify` (DOCKER_CERT_PATH); all that cannot be read are named at once. */
async function readCertificates(folder: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  const unreadable: string[] = [];
  const read = (file: string) =>
    readFile(join(folder, file)).catch(() => {
      unreadable.push(file);
      return Buffer.alloc(0);
    });
  const [ca, cert, key] = await Promise.all([read("ca.pem"), read("cert.pem"), read("key.pem")]);
  if (unreadable.length === 0) return { ca, cert, key };
  throw new Error(
    `its folder of certificates, ${folder}, has no ${unreadable.sort().join(", ")} that can be read.`,
  );
}
