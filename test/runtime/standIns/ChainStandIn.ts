import { createServer, type Server } from "node:http";
import { CoinLedger } from "./CoinLedger";

interface Wallet {
  readonly keys: Set<string>;
  label: string;
  /** Whether blocks before the key came were looked at. */
  rescanned: boolean;
}

function newWallet(): Wallet {
  return { keys: new Set(), label: "", rescanned: false };
}

class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ChainOptions {
  readonly user: string;
  readonly password: string;
  readonly wif: string;
  readonly address: string;
  /** komodod's, or that of daemons such as litecoind 0.21. */
  readonly dialect: "old" | "new";
  /** Whether a wallet is loaded at the start. */
  readonly hasWallet: boolean;
  /** Whether loadwallet and createwallet know `load_on_startup`. */
  readonly knowsNamedParams?: boolean;
}

/** Speaks the JSON-RPC of a chain's daemon as far as the agent uses it. */
export class ChainStandIn {
  /** The calls of the agent's keepers. */
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  /** The calls of its readers. */
  readonly readings: { readonly method: string; readonly params: unknown }[] = [];
  port = 0;
  password: string;
  height = 100;
  isLoading = false;
  /** Answers every import with what it was asked. */
  echoesImports = false;
  prunes = false;
  /** Methods that it takes and does not answer. */
  readonly hangs = new Set<string>();
  /** What it answers to methods that only readings ask for. It does not have the others. */
  readonly facts = new Map<string, unknown>();
  /** Whether addresses have the prefixes of this chain. */
  hasPrefixes = true;
  readonly coins: CoinLedger;
  /** The most calls of keepers, or else of readers, that were under way at the same time. */
  mostInFlight = 0;
  private readonly inFlight = { keepers: 0, readers: 0 };

  private server: Server | undefined;
  private loaded: Wallet | undefined;
  private onDisk: Wallet | undefined;

  constructor(readonly options: ChainOptions) {
    this.password = options.password;
    this.coins = new CoinLedger(options.dialect);
    this.loaded = options.hasWallet ? newWallet() : undefined;
  }

  get wallet(): { label: string; readonly rescanned: boolean } | undefined {
    return this.loaded;
  }

  get isOurs(): boolean {
    return this.loaded?.keys.has(this.options.wif) ?? false;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const expected = `Basic ${Buffer.from(`${this.options.user}:${this.password}`).toString("base64")}`;
      if (request.headers.authorization !== expected) {
        response.writeHead(401).end();
        return;
      }
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString("utf8");
      });
      request.on("end", () => {
        const { method, params, id } = JSON.parse(body);
        const caller = id === "dokomodo" ? "keepers" : "readers";
        (caller === "keepers" ? this.calls : this.readings).push({ method, params });
        this.inFlight[caller] += 1;
        this.mostInFlight = Math.max(this.mostInFlight, this.inFlight[caller]);
        response.on("close", () => {
          this.inFlight[caller] -= 1;
        });
        if (this.hangs.has(method)) return;
        try {
          const result = this.answer(method, params) ?? null;
          response.end(JSON.stringify({ result, error: null, id }));
        } catch (failure) {
          if (!(failure instanceof Refusal)) throw failure;
          const error = { code: failure.code, message: failure.message };
          response.writeHead(500).end(JSON.stringify({ result: null, error, id }));
        }
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    const address = server.address();
    if (typeof address === "object" && address !== null) this.port = address.port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  /** As after a restart with an empty data directory. */
  loseWallet(): void {
    this.onDisk = undefined;
    this.loaded = this.options.hasWallet ? newWallet() : undefined;
  }

  /** As after a restart of a daemon that loads no wallet by itself. */
  unloadWallet(): void {
    this.loaded = undefined;
  }

  count(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  private answer(method: string, params: unknown): unknown {
    if (this.isLoading) throw new Refusal(-28, "Loading block index...");
    const isNew = this.options.dialect === "new";
    switch (method) {
      case "getblockcount":
        return this.height;
      case "validateaddress": {
        if (!this.hasPrefixes) return { isvalid: false };
        const known = { isvalid: true, address: this.options.address };
        return isNew ? known : { ...known, ismine: this.isOurs, account: this.loaded?.label };
      }
      case "getaddressinfo":
        if (!isNew) throw new Refusal(-32601, "Method not found");
        this.needWallet();
        return {
          address: this.options.address,
          ismine: this.isOurs,
          labels: [this.loaded?.label],
        };
      case "importprivkey": {
        if (this.echoesImports)
          throw new Refusal(-5, `Invalid private key encoding: ${JSON.stringify(params)}`);
        const [wif, label, rescan] = Array.isArray(params) ? params : [];
        const wallet = this.needWallet();
        if (rescan === true && this.prunes)
          throw new Refusal(-4, "Rescan is disabled when blocks are pruned");
        wallet.label = String(label);
        // As komodod: what is there already is not imported, and nothing is rescanned for it.
        if (!wallet.keys.has(String(wif))) wallet.rescanned = rescan === true;
        wallet.keys.add(String(wif));
        return null;
      }
      case "loadwallet":
        this.refuseNamed(params);
        if (this.onDisk === undefined) throw new Refusal(-18, "Wallet notary not found.");
        this.loaded = this.onDisk;
        return { name: "notary", warning: "" };
      case "createwallet":
        this.refuseNamed(params);
        this.onDisk = newWallet();
        this.loaded = this.onDisk;
        return { name: "notary", warning: "" };
      default: {
        const answer = this.facts.get(method) ?? this.coins.answer(method, params);
        if (answer === undefined) throw new Refusal(-32601, "Method not found");
        return answer;
      }
    }
  }

  private needWallet(): Wallet {
    if (this.loaded === undefined)
      throw new Refusal(-18, "No wallet is loaded. Load a wallet using loadwallet");
    return this.loaded;
  }

  private refuseNamed(params: unknown): void {
    if (this.options.knowsNamedParams === false && !Array.isArray(params))
      throw new Refusal(-8, "Unknown named parameter load_on_startup");
  }
}
