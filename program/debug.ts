import * as pulumi from "@pulumi/pulumi";

/**
 * index.ts imports this file first. For each resource the SDK takes stack traces of its promises
 * (docs/internals/pulumi.md, a stack trace for each promise), and sends about three messages of level debug to the
 * engine, which shows them with `--debug` alone. Both are a big part of a run's time (docs/internals/preview.md).
 * Operators need neither, because messages say what is wrong. DOKOMODO_DEBUG=1 brings both back.
 */
if (process.env["DOKOMODO_DEBUG"] === undefined) {
  Error.stackTraceLimit = 0;
  Object.assign(pulumi.log, { debug: () => Promise.resolve() });
}
