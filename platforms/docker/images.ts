import { z } from "zod";
import { parseReference } from "../imageReference";
import { explainPull } from "../pullFailure";
import { loginHeader, type RegistryLogin } from "../registryLogin";
import { CONNECTIONS, type DockerConnection, EngineRefusal } from "./connection";

export interface ProvideOptions {
  readonly logins: readonly RegistryLogin[];
  /** Called with bytes whenever more of a download has come; the total is what the registry has announced so far. */
  readonly onProgress?: (image: string, done: number, total: number) => void;
  /** How long a pull may go without a word from the engine; 120 where absent. */
  readonly silenceSeconds?: number | undefined;
}

/** An engine tells of every second of a download, and counts the seconds until it tries one again. */
const SILENCE_SECONDS = 120;

/** Sees to it that an engine has these images; for each that it cannot have, why, by the image's name. */
export async function provideImages(
  connection: DockerConnection,
  images: readonly string[],
  options: ProvideOptions,
): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  const left = [...images];
  // A pull that waited for a connection would count as silent.
  const lanes = Array.from({ length: CONNECTIONS }, async () => {
    for (let image = left.shift(); image !== undefined; image = left.shift()) {
      try {
        if (!(await isThere(connection, image))) await pull(connection, image, options);
      } catch (error) {
        failures.set(image, error instanceof Error ? error.message : String(error));
      }
    }
  });
  await Promise.all(lanes);
  return failures;
}

/** An image under this name counts as the one that is meant, by whatever way it came. */
async function isThere(connection: DockerConnection, image: string): Promise<boolean> {
  try {
    await connection.call("GET", `/images/${encodeURIComponent(image)}/json`);
    return true;
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return false;
    throw error;
  }
}

const pullPart = z.object({
  id: z.string().optional(),
  error: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
});

async function pull(connection: DockerConnection, image: string, options: ProvideOptions): Promise<void> {
  const reference = parseReference(image);
  const registry = reference?.registry ?? image;
  const login = options.logins.find(({ server }) => server === registry);
  const silence = new Silence(options.silenceSeconds ?? SILENCE_SECONDS);
  const layers = new Map<string, { done: number; total: number }>();
  try {
    const path = `/images/create?fromImage=${encodeURIComponent(tagged(image))}`;
    const headers = login === undefined ? {} : { "x-registry-auth": loginHeader(login) };
    for await (const part of connection.parts("POST", path, { headers, signal: silence.signal })) {
      silence.broken();
      const { id, error, status, progressDetail } = pullPart.parse(part);
      if (error !== undefined) throw new Error(error);
      const { current, total } = progressDetail ?? {};
      if (id === undefined || status !== "Downloading" || current === undefined || total === undefined)
        continue;
      layers.set(id, { done: current, total });
      const sum = (of: "done" | "total") => [...layers.values()].reduce((all, layer) => all + layer[of], 0);
      options.onProgress?.(image, sum("done"), sum("total"));
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(explainPull(silence.isOver ? silence.description : said, registry, login !== undefined));
  } finally {
    silence.end();
  }
}

/** Without a tag an engine would pull all of them. */
function tagged(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  return /[:@]/.test(last) ? image : `${image}:latest`;
}

/** Ends what goes without a word for too long. */
class Silence {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;

  constructor(private readonly seconds: number) {
    this.timer = this.start();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isOver(): boolean {
    return this.signal.aborted;
  }

  get description(): string {
    return `no word for ${this.seconds} s`;
  }

  broken(): void {
    clearTimeout(this.timer);
    this.timer = this.start();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => this.controller.abort(), this.seconds * 1000);
  }
}
