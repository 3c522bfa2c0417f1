/** An error that says by itself what is wrong in a cluster. It completes "cluster alpha at https://…: …". */
export class Told extends Error {}
