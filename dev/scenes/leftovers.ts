/** Removes what an earlier run of the same notary's tests left on the local engine, also when that run was killed. */
export async function removeLeftovers(notary: string): Promise<void> {
  const { execa } = await import("execa");
  const all = { container: ["--all"], network: [], volume: [] };
  const remove = { container: ["--force", "--volumes"], network: [], volume: ["--force"] };
  for (const kind of ["container", "network", "volume"] as const) {
    const filter = `name=^/?${notary}(-|$)`;
    const { stdout } = await execa("docker", [kind, "ls", ...all[kind], "--quiet", "--filter", filter]);
    const found = stdout.split("\n").filter((name) => name !== "");
    if (found.length > 0) await execa("docker", [kind, "rm", ...remove[kind], ...found]);
  }
}
