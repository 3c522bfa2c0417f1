import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { bundlePath } from "../../../runtime/build";
import { parseReport, type ReportLine } from "../../../runtime/provision/report";
import type { Pass } from "../../../runtime/transfer/plan";
import { exitOf, freePort, until } from "../processes";

export const MIB = 2 ** 20;

export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "dokomodo-transfer-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** One side of a transfer as a process. */
export interface SideProcess {
  readonly child: ChildProcess;
  lines(): readonly (ReportLine | undefined)[];
  /** Resolves to the exit code when it has ended. */
  ended(): Promise<number | null>;
  /** All that it said, and what failed. */
  text(): string;
}

export function startSide(plan: unknown): SideProcess {
  const path = join(temporaryDirectory(), "plan.json");
  writeFileSync(path, JSON.stringify(plan));
  const child = spawn(process.execPath, [bundlePath("transfer"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const lines = () => output.trimEnd().split("\n").map(parseReport);
  const text = () => lines().flatMap(wordsOf).join("\n");
  return { child, lines, ended: () => exitOf(child), text };
}

function wordsOf(line: ReportLine | undefined): readonly string[] {
  if (line === undefined || "progress" in line || "done" in line) return [];
  return "failed" in line ? line.failed : [line.said];
}

/** Two volumes as directories, and what moves one into the other. */
export class TransferUnderTest {
  readonly from = temporaryDirectory();
  readonly to = temporaryDirectory();
  secret = randomBytes(32).toString("hex");
  port = 0;

  /** @param port of a receiver in whose place it comes */
  async receiver(pass: Pass = "last", port?: number): Promise<SideProcess> {
    this.port = port ?? (await freePort());
    const side = startSide({
      role: "receive",
      directory: this.to,
      called: "the volume east-beer-data of host beta",
      seenAt: "/home/komodo/.komodo",
      makeRoom: "Make room on the disk of host beta.",
      port: this.port,
      secret: this.secret,
      pass,
    });
    await until(() => side.text().includes("Listening.") || side.child.exitCode !== null);
    return side;
  }

  sender(pass: Pass = "last", secret = this.secret): SideProcess {
    return startSide({
      role: "send",
      directory: this.from,
      called: "the volume east-beer-data of host alpha",
      seenAt: "/home/komodo/.komodo",
      host: "127.0.0.1",
      port: this.port,
      secret,
      pass,
    });
  }

  /** A whole pass. Resolves to both exit codes and to what both sides said. */
  async pass(pass: Pass): Promise<{ readonly codes: readonly (number | null)[]; readonly text: string }> {
    const receiver = await this.receiver(pass);
    if (receiver.child.exitCode !== null) return { codes: [receiver.child.exitCode], text: receiver.text() };
    const sender = this.sender(pass);
    const codes = await Promise.all([receiver.ended(), sender.ended()]);
    return { codes, text: `${receiver.text()}\n${sender.text()}` };
  }
}

/** Puts a chain's files into a directory: of many sizes, with odd names, an empty directory, a hole and a link. */
export function fill(directory: string, mebibytes = 4): void {
  for (const each of ["BEER/blocks/index", "BEER/chainstate", "BEER/empty", "BEER/odd"])
    mkdirSync(join(directory, each), { recursive: true });
  writeFileSync(join(directory, "BEER/blocks/blk00000.dat"), randomBytes(mebibytes * MIB));
  for (let index = 0; index < 20; index++)
    writeFileSync(join(directory, `BEER/chainstate/${index}.ldb`), randomBytes(10_000 + index));
  writeFileSync(join(directory, "BEER/wallet.dat"), randomBytes(300_000));
  writeFileSync(join(directory, "BEER/.lock"), "");
  writeFileSync(join(directory, "BEER/blocks/rev00000.dat"), Buffer.alloc(3 * MIB));
  for (const name of ["with blank", "mit Ü", "line\nend", "-rf", "*", "quote'\""])
    writeFileSync(join(directory, "BEER/odd", name), name);
  symlinkSync("../wallet.dat", join(directory, "BEER/odd/link"));
  symlinkSync("/home/komodo/.komodo/BEER/blocks", join(directory, "BEER/odd/absolute"));
  chmodSync(join(directory, "BEER/wallet.dat"), 0o600);
  chmodSync(join(directory, "BEER/chainstate"), 0o700);
  const time = new Date("2026-01-02T03:04:05.678Z");
  utimesSync(join(directory, "BEER/chainstate/3.ldb"), time, time);
}

/** Everything in a directory, so that two can be compared: type, mode, time of writing and content. */
export function contents(directory: string, under = ""): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name of readdirSync(join(directory, under)).sort()) {
    if (under === "" && name.startsWith(".dokomodo-")) continue;
    const path = join(under, name);
    const full = join(directory, path);
    const { mode, mtimeMs } = lstatSync(full);
    const bits = (mode & 0o777).toString(8);
    if (lstatSync(full).isSymbolicLink()) all[path] = `link to ${readlinkSync(full)}`;
    else if (lstatSync(full).isDirectory()) {
      all[path] = `directory ${bits}`;
      Object.assign(all, contents(directory, path));
    } else {
      const digest = createHash("sha256").update(readFileSync(full)).digest("hex");
      all[path] = `file ${bits} ${Math.round(mtimeMs)} ${digest}`;
    }
  }
  return all;
}
