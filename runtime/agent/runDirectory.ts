/** Where a container finds what the program gives it. */
export const RUN_DIRECTORY = process.env["DOKOMODO_RUN"] ?? "/run/dokomodo";
