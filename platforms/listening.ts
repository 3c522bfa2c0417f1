/**
 * A command that exits with 0 if something listens on a TCP port of its network namespace. The port is on loopback,
 * which no probe from outside reaches. So the command, which needs nothing but a shell, reads the kernel's list of
 * sockets (docs/internals/engines.md, who listens on a port).
 */
export function listensCommand(port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const script = `while read -r _ local _ state _; do case "$local $state" in *":${hex} 0A") exit 0 ;; esac; done </proc/net/tcp; exit 1`;
  return ["/bin/sh", "-c", script];
}
