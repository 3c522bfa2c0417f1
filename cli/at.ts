import { InvalidArgumentError } from "commander";

/** Reads the option `--at`: another address at which a workload answers. */
export function readAt(text: string): { hostname: string; port: number } {
  const [, hostname, port] = /^([^\s:]+):(\d{1,5})$/.exec(text) ?? [];
  if (hostname === undefined)
    throw new InvalidArgumentError("It is a host and a port, such as 127.0.0.1:7443.");
  return { hostname, port: Number(port) };
}
