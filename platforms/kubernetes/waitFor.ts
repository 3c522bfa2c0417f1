/**
 * With this annotation the provider waits only until the API server has accepted an object, not until it is ready. It
 * still waits for deletions (docs/internals/pulumi.md, waitFor).
 */
export const UNTIL_ACCEPTED = { "pulumi.com/waitFor": "jsonpath={.metadata.uid}" };
