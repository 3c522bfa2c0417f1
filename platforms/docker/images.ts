import { z } from "zod";
import { parseReference } from "../imageReference";
import { inLanes } from "../inLanes";
import { explainPull } from "../pullFailure";
import { loginHeader, type RegistryLogin } from "../registryLogin";
import { CONNECTIONS, type DockerConnection } from "./connection";
import { EngineRefusal } from "./engineApi";
import { explainEngine } from "./engineFailure";

export interface ProvideOptions {
  readonly logins: readonly RegistryLogin[];
  /**
   * Called whenever more of a download has come. Both are bytes; the total grows while the registry announces layers.
   */
  readonly onProgress?: ((image: string, done: number, total: number) => void) | undefined;
  /** Seconds without a word from the engine after which a pull is given up; 120 if absent. */
  readonly silenceSeconds?: number | undefined;
}

/**
 * Seconds of silence after which a pull is given up. An engine reports each second of a download
 * (docs/internals/engines.md, pulling). It also counts down the seconds until it tries a download again.
 */
const SILENCE_SECONDS = 120;

/** The most characters that a line of an engine's answer may have. A usual line has some hundreds. */
const LONGEST_LINE = 1_000_000;

/** Pulls those of the images that an engine does not have. Returns why each of the others cannot be had, by image. */
export async function provideImages(
  connection: DockerConnection,
  images: readonly string[],
  options: ProvideOptions,
): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  // There are as many lanes as connections, because a pull that waits for a connection would count as silent.
  await inLanes(CONNECTIONS, images, async (image) => {
    try {
      if (!(await hasImage(connection, image))) await pull(connection, image, options);
    } catch (error) {
      failures.set(image, explain(error, connection, image, options));
    }
  });
  return failures;
}

/** Whether the engine has an image under this name. It does not matter how the image came there. */
async function hasImage({ engine }: DockerConnection, image: string): Promise<boolean> {
  try {
    // dockerode puts the name into the path without encoding it.
    await engine.getImage(encodeURIComponent(image)).inspect();
    return true;
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return false;
    throw error;
  }
}

/** What an engine said when a pull did not succeed, or that it fell silent. */
class PullFailure extends Error {}

function explain(
  error: unknown,
  { endpoint }: DockerConnection,
  image: string,
  options: ProvideOptions,
): string {
  if (!(error instanceof PullFailure) && !(error instanceof EngineRefusal)) {
    return explainEngine(error, endpoint);
  }
  return explainPull(error.message, registryOf(image), loginFor(image, options) !== undefined);
}

function registryOf(image: string): string {
  return parseReference(image)?.registry ?? image;
}

function loginFor(image: string, { logins }: ProvideOptions): RegistryLogin | undefined {
  const registry = registryOf(image);
  return logins.find(({ server }) => server === registry);
}

/** Pulls an image. Fails with a PullFailure, an EngineRefusal, or the reason why the engine gave no answer. */
async function pull(connection: DockerConnection, image: string, options: ProvideOptions): Promise<void> {
  const login = loginFor(image, options);
  const silence = new Silence(options.silenceSeconds ?? SILENCE_SECONDS);
  const layers = new Map<string, { done: number; total: number }>();
  try {
    const asked = { fromImage: tagged(image), abortSignal: silence.signal };
    const auth = login === undefined ? undefined : { key: loginHeader(login) };
    for await (const part of partsOf(await connection.engine.createImage(auth, asked))) {
      silence.broken();
      const { id, error, status, progressDetail } = part;
      if (error !== undefined) throw new PullFailure(error);
      const { current, total } = progressDetail ?? {};
      if (id === undefined || status !== "Downloading" || current === undefined || total === undefined)
        continue;
      layers.set(id, { done: current, total });
      const sum = (of: "done" | "total") => [...layers.values()].reduce((all, layer) => all + layer[of], 0);
      options.onProgress?.(image, sum("done"), sum("total"));
    }
    // The last words of a pull differ from engine to engine, so they do not tell whether it was whole.
    if (!(await hasImage(connection, image))) throw new PullFailure("EOF before the engine had the image");
  } catch (error) {
    throw silence.isOver ? new PullFailure(silence.description) : error;
  } finally {
    silence.end();
  }
}

const pullPart = z.object({
  id: z.string().optional(),
  error: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
});

/**
 * Reads what an engine says about a pull: one object of JSON on each line. dockerode's followProgress is not used,
 * because it keeps all objects, and throws where nobody can catch it if a line is no JSON.
 */
async function* partsOf(stream: NodeJS.ReadableStream): AsyncGenerator<z.infer<typeof pullPart>> {
  let rest = "";
  for await (const chunk of stream.setEncoding("utf8")) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new Error("the engine's answer has a line without an end");
    for (const line of lines) if (line.trim() !== "") yield pullPart.parse(JSON.parse(line));
  }
  if (rest.trim() !== "") yield pullPart.parse(JSON.parse(rest));
}

/**
 * The image with a tag, because an engine that is asked without one pulls all tags (docs/internals/engines.md,
 * pulling).
 */
function tagged(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  return /[:@]/.test(last) ? image : `${image}:latest`;
}

/** Aborts a call during which the engine says nothing for too long. */
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
