/**
 * index.ts imports this file before everything else. The SDK takes a stack trace for every promise of every output
 * (docs/internals/pulumi.md, a stack trace for each promise), which is most of a large program's time
 * (docs/performance.md). Operators need no traces, because messages say what is wrong. DOKOMODO_STACK_TRACES=1 brings
 * the traces back.
 */
if (process.env["DOKOMODO_STACK_TRACES"] === undefined) Error.stackTraceLimit = 0;
