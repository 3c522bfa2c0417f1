import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { json } from "node:stream/consumers";

type Body = Record<string, unknown>;

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * A stand-in for the Docker Engine's HTTP API that does nothing and answers at once. With it a bench measures the
 * program, Pulumi's engine and the plugins, and not how fast a machine starts containers. It knows the requests that the
 * docker plugin sends to create containers, networks and volumes. On inspection it returns what it was given.
 */
export class InstantDocker {
  private readonly things = new Map<string, unknown>();

  private constructor(
    readonly socket: string,
    private readonly server: Server,
  ) {}

  static async listen(socket: string): Promise<InstantDocker> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const docker = new InstantDocker(socket, server);
    server.on("request", async (request, response) => {
      const { status, body } = await docker.answer(request);
      response.writeHead(status, { "content-type": "application/json", "api-version": "1.41" });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
    server.listen(socket);
    await once(server, "listening");
    return docker;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", "http://docker");
    const [kind = "", name = ""] = url.pathname
      .replace(/^\/v[\d.]+/, "")
      .split("/")
      .slice(1);
    if (request.method === "POST" && name === "create") {
      return this.create(kind, url.searchParams.get("name"), await bodyOf(request));
    }
    request.resume();
    await once(request, "end");
    switch (`${request.method} ${kind}`) {
      case "GET images":
        return { status: 200, body: { Id: `sha256:${"0".repeat(64)}`, RepoTags: [], RepoDigests: [] } };
      case "GET _ping":
      case "HEAD _ping":
        return { status: 200 };
      case "GET version":
        return { status: 200, body: { ApiVersion: "1.41", Version: "20.10.24" } };
      case "GET info":
        return { status: 200, body: { ServerVersion: "20.10.24", OSType: "linux" } };
      case "GET containers":
        return name === "json" ? this.list() : this.inspect(decodeURIComponent(name));
      case "GET networks":
      case "GET volumes":
        return this.inspect(decodeURIComponent(name));
      default:
        // The Docker API answers 200 to an upload and to a change of a network, and 204 to a start or a removal.
        return { status: request.method === "PUT" || kind === "networks" ? 200 : 204 };
    }
  }

  private create(kind: string, name: string | null, body: Body): Answer {
    const id = randomBytes(32).toString("hex");
    const named = String(name ?? body["Name"]);
    switch (kind) {
      case "containers":
        this.things.set(id, container(id, named, body));
        return { status: 201, body: { Id: id, Warnings: [] } };
      case "networks":
        this.things.set(id, network(id, body));
        return { status: 201, body: { Id: id, Warning: "" } };
      default: {
        const volume = {
          Driver: "local",
          Mountpoint: `/nowhere/${named}`,
          Options: {},
          ...body,
          Name: named,
        };
        this.things.set(named, volume);
        return { status: 201, body: volume };
      }
    }
  }

  /** Lists all containers and ignores the filters, because there is only one stack. */
  private list(): Answer {
    const containers = [...this.things.values()].flatMap((thing) => {
      const { Id, Name, State } = Object(thing);
      return State === undefined ? [] : [{ Id, Names: [Name] }];
    });
    return { status: 200, body: containers };
  }

  private inspect(id: string): Answer {
    const body = this.things.get(id);
    return body === undefined ? { status: 404, body: { message: "no such thing" } } : { status: 200, body };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const body: unknown = await json(request);
  return typeof body === "object" && body !== null ? { ...body } : {};
}

function container(id: string, name: string, { HostConfig, NetworkingConfig: _, ...config }: Body): Body {
  const host: Body = typeof HostConfig === "object" && HostConfig !== null ? { ...HostConfig } : {};
  return {
    Id: id,
    Name: `/${name}`,
    Image: `sha256:${"0".repeat(64)}`,
    State: { Running: true, Status: "running", ExitCode: 0 },
    Config: { Hostname: "", User: "", WorkingDir: "", ...config },
    HostConfig: {
      AutoRemove: false,
      ReadonlyRootfs: false,
      Privileged: false,
      CpusetCpus: "",
      NanoCpus: 0,
      ShmSize: 64 * 1024 * 1024,
      PidMode: "",
      ...host,
    },
    NetworkSettings: { Bridge: "", Ports: host["PortBindings"] ?? {}, Networks: {} },
  };
}

function network(id: string, body: Body): Body {
  return {
    Scope: "local",
    Internal: false,
    Attachable: false,
    Ingress: false,
    EnableIPv6: false,
    ...body,
    Id: id,
    IPAM: { Driver: "default", Config: [{ Subnet: "10.0.0.0/16", Gateway: "10.0.0.1" }] },
  };
}
