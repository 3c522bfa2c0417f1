/**
 * Imported before everything else: the SDK takes a stack trace for every promise of every output, which is most of
 * a large program's time (docs/performance.md). What a person has to read are messages, not traces of this program;
 * DOKOMODO_STACK_TRACES=1 brings the traces back.
 */
if (process.env["DOKOMODO_STACK_TRACES"] === undefined) Error.stackTraceLimit = 0;
