import { IncomingMessage } from "node:http";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { LogLines, type TimedLine } from "../../LogLines";
import type { LogOptions } from "../../operations";
import type { LogSource } from "../../readLog";
import { unlessGone } from "../provisionTurns";

/** The log of a container that an engine keeps. */
export function logOf(engine: Docker, container: string): LogSource {
  return {
    read: (options, onLine) => read(engine, container, options, onLine),
    isThere: async () => (await unlessGone(engine.getContainer(container).inspect())) !== undefined,
  };
}

async function read(
  engine: Docker,
  container: string,
  { follow, since, tail, signal }: LogOptions,
  onLine: (line: TimedLine) => void,
): Promise<void> {
  const stream = await open(engine, container, {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow,
    ...(since === undefined ? {} : { since: (since.getTime() / 1000).toFixed(3) }),
    ...(tail === undefined ? {} : { tail }),
  });
  const cut = () => void stream.destroy();
  if (signal?.aborted === true) cut();
  signal?.addEventListener("abort", cut);
  const both = [new LogLines(onLine), new LogLines(onLine)] as const;
  const [output, errors] = both.map(entries);
  try {
    if (output !== undefined && errors !== undefined) engine.modem.demuxStream(stream, output, errors);
    await finished(stream);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    signal?.removeEventListener("abort", cut);
  }
  for (const lines of both) lines.end();
}

/** `Container.logs` of dockerode keeps a log that is not followed in memory, so the call is made here. */
function open(
  engine: Docker,
  container: string,
  options: Readonly<Record<string, unknown>>,
): Promise<IncomingMessage> {
  const path = `/containers/${container}/logs?`;
  const statusCodes = { 200: true, 404: "no such container", 500: "server error" };
  return new Promise((resolve, reject) => {
    engine.modem.dial(
      { path, method: "GET", isStream: true, statusCodes, options: { ...options } },
      (error, stream) => {
        if (stream instanceof IncomingMessage) resolve(stream);
        else reject(error ?? new Error("the engine sent no log"));
      },
    );
  });
}

/** Takes what the engine sends. It writes each entry of a log at once. */
function entries(lines: LogLines): Writable {
  return new Writable({
    decodeStrings: true,
    write: (entry: Buffer, _, done) => {
      lines.entry(entry);
      done();
    },
  });
}
