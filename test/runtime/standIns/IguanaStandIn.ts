import { createServer, type Server, type Socket } from "node:net";

/** A chain as Iguana's stand-in sees it. */
export interface ChainView {
  readonly isOurs: boolean;
  readonly height: number;
}

type Request = Readonly<Record<string, unknown>>;

/**
 * Speaks Iguana's RPC with the answers and the very bytes of dPoW's iguana_rpc.c, blanks before
 * colons included. Forgets everything at `restart`.
 */
export class IguanaStandIn {
  readonly requests: Request[] = [];
  port = 0;
  /** Refusals to come, one per `dpow`. */
  dpowRefusals: string[] = [];
  /** Added to every error, as a daemon that quotes what it was asked. */
  echoesRequests = false;
  publicKey = "";
  isNotary = true;
  /** Called with every command, such as `addcoin BEER`. */
  onCommand: ((command: string) => void) | undefined;
  /** Called when it is told to stop; from then on it answers nobody, as Iguana does until its end. */
  onStop: (() => void) | undefined;

  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private ipAddress = "";
  private notaries = new Set<string>();
  private coins = new Map<string, unknown>();
  private dpows = new Set<string>();
  private isStopping = false;

  constructor(private readonly chains: ReadonlyMap<string, ChainView>) {}

  async start(): Promise<void> {
    const server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => undefined);
      let received = "";
      socket.on("data", (data) => {
        received += data.toString("utf8");
        const [head = "", body] = received.split("\r\n\r\n", 2);
        const length = /Content-Length: (\d+)/.exec(head)?.[1];
        if (body === undefined || Buffer.byteLength(body) < Number(length ?? 0)) return;
        const request: Request = JSON.parse(body);
        if (request["agent"] === "SuperNET" && request["method"] === "stop") this.startStopping();
        if (this.isStopping) return;
        const answer = JSON.stringify(this.answer(request));
        socket.end(
          "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nCache-Control :  no-cache, no-store\r\n" +
            `Content-Length : ${String(Buffer.byteLength(answer)).padStart(8)}\r\n\r\n${answer}\n`,
        );
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    const address = server.address();
    if (typeof address === "object" && address !== null) this.port = address.port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private startStopping(): void {
    if (!this.isStopping) this.onStop?.();
    this.isStopping = true;
  }

  /** Comes back with nothing. Without a pause nobody sees it away. */
  async restart(milliseconds: number): Promise<void> {
    if (milliseconds > 0) {
      await this.stop();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
    this.ipAddress = "";
    this.notaries = new Set();
    this.coins = new Map();
    this.dpows = new Set();
    this.requests.length = 0;
    if (milliseconds > 0) await this.start();
  }

  /** `addcoin BEER`, `walletpassphrase`, … in order, without the questions. */
  get commands(): string[] {
    return this.requests.filter(isCommand).map(commandOf);
  }

  private answer(request: Request): unknown {
    this.requests.push(request);
    if (isCommand(request)) this.onCommand?.(commandOf(request));
    const answer = this.answerTo(request);
    return this.echoesRequests && typeof answer === "object" && answer !== null && "error" in answer
      ? { error: `${answer.error}: ${JSON.stringify(request)}` }
      : answer;
  }

  private answerTo(request: Request): unknown {
    const symbol = String(request["symbol"]);
    switch (`${request["agent"] ?? "bitcoinrpc"}/${request["method"]}`) {
      case "dpow/ipaddrs":
        return [...this.notaries];
      case "SuperNET/myipaddr":
        this.ipAddress ||= String(request["ipaddr"]);
        return { result: this.ipAddress, tag: "1" };
      case "iguana/addnotary":
        if (this.isNotary) this.notaries.add(this.ipAddress).add(String(request["ipaddr"]));
        return { result: "notary node added", tag: "2" };
      case "iguana/addcoin":
        if (this.coins.has(String(request["newcoin"]))) return { result: "coin already there", tag: "3" };
        this.coins.set(String(request["newcoin"]), request);
        return { result: "coin added", tag: "3" };
      case "bitcoinrpc/walletpassphrase":
        if (this.coins.size === 0) return { error: "null return from iguana_bitcoinRPC" };
        return { result: "success", status: "unlocked", btcpubkey: this.publicKey, duration: 3600 };
      case "iguana/dpow":
        return this.dpow(symbol, String(request["dest"]));
      case "dpow/notarizations":
        if (!this.coins.has(symbol)) return { error: "cant find coin", tag: "5" };
        return {
          coin: symbol,
          start: 0,
          numblocks: 0,
          maxheight: this.chains.get(symbol)?.height ?? 2 ** 30,
        };
      default:
        return { error: "unsupported call", agent: request["agent"], method: request["method"] };
    }
  }

  private dpow(symbol: string, dest: string): unknown {
    const refusal = this.dpowRefusals.shift();
    if (refusal !== undefined) return { error: refusal };
    if (!this.coins.has(symbol)) return { error: "cant dPoW an inactive coin" };
    if (!this.coins.has(dest)) return { error: "cant dPoW without KMD (dest)" };
    if (this.dpows.has(symbol)) return { error: "cant dPoW same coin again" };
    if (!this.chains.get(symbol)?.isOurs || !this.chains.get(dest)?.isOurs)
      return { error: "source address or dest address has no privkey, importprivkey" };
    this.dpows.add(symbol);
    return { result: "success", tag: "4" };
  }
}

function isCommand({ method }: Request): boolean {
  return method !== "ipaddrs" && method !== "notarizations";
}

function commandOf({ method, newcoin, symbol, ipaddr }: Request): string {
  return [method, newcoin ?? symbol ?? ipaddr].filter((word) => word !== undefined).join(" ");
}
