/** Runs the docker CLI; its output. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { execa } = await import("execa");
  const { stdout } = await execa("docker", args);
  return stdout;
}

/** All that a container has written, to either of its outputs. */
export async function dockerLogs(container: string): Promise<string> {
  const { execa } = await import("execa");
  const { all } = await execa("docker", ["logs", container], { all: true });
  return all;
}

/** When each container of a notary was started last, by name. */
export async function startTimes(notary: string): Promise<Record<string, string>> {
  const names = await docker("ps", "--format", "{{.Names}}", "--filter", `name=^${notary}-`);
  const lines = await docker("inspect", "--format", "{{.Name}} {{.State.StartedAt}}", ...names.split("\n"));
  return Object.fromEntries(
    lines.split("\n").map((line): [string, string] => {
      const [name = "", started = ""] = line.slice(1).split(" ");
      return [name, started];
    }),
  );
}

/** Names whose start time changed, and names that came. */
export function restarted(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(after)
    .filter((name) => before[name] !== after[name])
    .sort();
}
