/**
 * What a daemon needs before it starts. The stack's program writes it as a JSON file, and provision reads it
 * (readPlan.ts).
 */
export interface ProvisionPlan {
  /** Files that all daemons of a host share. They are kept by content. */
  readonly downloads?: DownloadsPlan | undefined;
  /** What fills a chain's empty data directory before its daemon's first start. */
  readonly bootstrap?: BootstrapPlan | undefined;
  /**
   * A file of the container that gets what failed, in a few lines for people. It is the one of which the kubelet makes
   * the container's termination message. An absolute path; absent where nobody reads it.
   */
  readonly terminationMessage?: string | undefined;
}

/** What people know of a directory that is written to. Its path in the container means nothing to them. */
export interface Named {
  /** Its name within a sentence, such as `the volume dokomodo-downloads`. */
  readonly called: string;
  /** How to make room in it: one sentence or more. */
  readonly makeRoom: string;
}

export interface DownloadsPlan extends Named {
  /** The directory that keeps them. A verified file is `<directory>/<sha256>` with mode 0444. An absolute path. */
  readonly directory: string;
  readonly files: readonly DownloadFile[];
  /** A base URL that is tried before the sources. The file's name is appended to it. */
  readonly mirror?: string | undefined;
  /** A local directory that has files by their names. It is tried before everything else. */
  readonly from?: LocalDirectory | undefined;
  /** How people bring files that cannot be fetched: one sentence or more. */
  readonly byHand: string;
}

export interface LocalDirectory {
  /** An absolute path in the container. */
  readonly directory: string;
  /** Its path for people. */
  readonly called: string;
}

export interface DownloadFile {
  /** Such as `sapling-spend.params`. */
  readonly name: string;
  /** 64 hex digits, in lower case. */
  readonly sha256: string;
  /** Its size. */
  readonly bytes: number;
  /** URLs, tried in this order. */
  readonly sources: readonly string[];
}

export interface BootstrapPlan extends Named {
  /** The URL of a tar archive, which may be compressed with gzip. */
  readonly url: string;
  /** The SHA-256 of the archive: 64 hex digits, in lower case. */
  readonly sha256: string;
  /** The chain's volume, an absolute path. It may have nothing of a chain yet. */
  readonly volume: string;
  /** The chain's data directory below the volume: `BEER`, or empty for KMD, whose data is in the volume itself. */
  readonly directory: string;
}
