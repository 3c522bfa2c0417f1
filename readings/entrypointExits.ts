export interface EntrypointExit {
  readonly meaning: string;
  /** What to do, as a sentence. */
  readonly mend: string;
}

/**
 * What the exit codes of the entry point mean, with which a container ends before its daemon runs (runtime/entrypoint.sh).
 * A daemon's own code may be one of them, too, but none that is known here has such codes.
 */
export const ENTRYPOINT_EXITS: Readonly<Record<number, EntrypointExit>> = {
  66: {
    meaning: "a file that was uploaded cannot be read",
    mend: "Run `pulumi up --refresh`, which makes the container again.",
  },
  69: {
    meaning: "a file that the daemon needs is missing or wrong",
    mend: "Run `pulumi up`, which brings it to the host.",
  },
  73: {
    meaning: "a place under its home cannot be written to",
    mend: "`user` and `home` of the daemon do not fit the image. Correct them in the stack's config, and run `pulumi up`.",
  },
  74: {
    meaning: "a conf could not be written; most often the disk is full",
    mend: "Make room on the disk of the volumes.",
  },
  75: {
    meaning: "its data is being copied from another host, and is not whole",
    mend: "The `dokomodo move` that was broken off goes on by the same command.",
  },
  78: {
    meaning: "`home` is wrong",
    mend: "Correct `home` of the daemon in the stack's config, and run `pulumi up`.",
  },
  126: {
    meaning: "its program may not be executed",
    mend: "Correct `image`, `command` or `user` in the stack's config, and run `pulumi up`.",
  },
  127: {
    meaning: "its program is not in the image",
    mend: "Correct `image` or `command` in the stack's config, and run `pulumi up`.",
  },
};
