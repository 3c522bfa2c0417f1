import { stdin } from "node:process";

const ENTER = /[\r\n]/;
const BACKSPACE = ["\b", "\x7f"];
const INTERRUPT = "\x03";
const END = "\x04";

/** Reads a secret: all of standard input if it is piped, or one line that is not echoed at a terminal. */
export async function readSecret(prompt: string): Promise<string> {
  return stdin.isTTY ? askSecret(prompt) : readAll();
}

/** Reads all of standard input. */
export async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
  }
  try {
    // A byte order mark is kept, because it is part of what was piped, and every byte of a passphrase counts.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Error("standard input is not text in UTF-8");
  }
}

async function askSecret(prompt: string): Promise<string> {
  // Nothing that is typed from the prompt on is echoed.
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  process.stderr.write(prompt);
  try {
    let typed: string[] = [];
    for await (const chunk of stdin) {
      for (const key of String(chunk)) {
        if (ENTER.test(key) || key === END) {
          return typed.join("");
        }
        if (key === INTERRUPT) {
          throw new Error("interrupted");
        }
        typed = BACKSPACE.includes(key) ? typed.slice(0, -1) : [...typed, key];
      }
    }
    return typed.join("");
  } finally {
    stdin.setRawMode(false);
    process.stderr.write("\n");
  }
}
