/** An error that says by itself what is wrong. It completes "host alpha (ssh://…): …" or "cluster alpha at https://…: …". */
export class Told extends Error {}
