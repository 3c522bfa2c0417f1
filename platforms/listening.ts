/**
 * A command that exits with 0 where something listens on a TCP port of loopback. No probe from outside comes there, so
 * the kernel of the network namespace is asked, by a shell alone.
 */
export function listensCommand(port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const script = `while read -r _ local _ state _; do case "$local $state" in *":${hex} 0A") exit 0 ;; esac; done </proc/net/tcp; exit 1`;
  return ["/bin/sh", "-c", script];
}
