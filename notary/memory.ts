/** Memory of one or more containers, in MiB. */
export interface Memory {
  /** The limits together: what they can take at most. */
  readonly limitMiB: number;
  /** What a scheduler reserves for them. */
  readonly requestMiB: number;
}

/** The memory limit of an agent: Iguana's, or that of a node without Iguana. */
export const AGENT_MEMORY_MIB = 256;
/** The memory limit of a witness. */
export const WITNESS_MEMORY_MIB = 128;
/** The memory limit of the filter of clients. */
export const FILTER_MEMORY_MIB = 256;

/** The memory limit of a container that keeps a wallet, and what is reserved for it while it waits. */
export const BACKUP_MEMORY_MIB = { limit: 256, request: 32 } as const;

export const NO_MEMORY: Memory = { limitMiB: 0, requestMiB: 0 };

/** The memory of a container of which as much is reserved as it may take, unless something else is stated. */
export function memoryOf(limitMiB: number, requestMiB: number | undefined = limitMiB): Memory {
  return { limitMiB, requestMiB };
}

export function sumOf(parts: readonly Memory[]): Memory {
  return {
    limitMiB: parts.reduce((sum, { limitMiB }) => sum + limitMiB, 0),
    requestMiB: parts.reduce((sum, { requestMiB }) => sum + requestMiB, 0),
  };
}
