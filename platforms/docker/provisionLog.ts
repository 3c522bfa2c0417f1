import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { parseReport, type ReportLine } from "../../runtime/provision/report";

/** Gets what a container says while it provides. */
export interface ProvisionListener {
  onProgress(what: string, done: number, total: number | undefined): void;
  onNews(text: string): void;
}

/** Passes on what a container says until it ends. Returns why it did not succeed. */
export async function untilEnded(
  engine: Docker,
  container: Docker.Container,
  listener: ProvisionListener,
): Promise<string[]> {
  // It may take hours, so the call has a signal of its own in place of the usual limit.
  const abortSignal = new AbortController().signal;
  const stream = await container.logs({ follow: true, stdout: true, stderr: true, abortSignal });
  const failures: string[] = [];
  const words: string[] = [];
  for await (const line of linesOf(engine, stream)) {
    const report = parseReport(line);
    if (report === undefined) words.push(line);
    else tell(report, failures, listener);
  }
  const { StatusCode } = await container.wait({ abortSignal });
  if (StatusCode === 0 || failures.length > 0) return failures;
  return [`the program that fetches it ended with ${StatusCode}: ${words.slice(-5).join(" ")}`];
}

/** The lines of a container's log, until it ends. Throws if the connection breaks off. */
async function* linesOf(engine: Docker, stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  const text = new PassThrough();
  let failure: Error | undefined;
  engine.modem.demuxStream(stream, text, text);
  stream.once("end", () => text.end());
  stream.once("error", (error: Error) => {
    failure = error;
    text.end();
  });
  yield* createInterface({ input: text });
  if (failure !== undefined) throw failure;
}

function tell(report: ReportLine, failures: string[], listener: ProvisionListener): void {
  if ("failed" in report) failures.push(...report.failed);
  else if ("said" in report) listener.onNews(report.said);
  else if ("progress" in report) {
    const { what, done, total } = report.progress;
    listener.onProgress(what, done, total);
  }
}
