/** The directory in which a container finds its files from the stack's program. */
export const RUN_DIRECTORY = process.env["DOKOMODO_RUN"] ?? "/run/dokomodo";
