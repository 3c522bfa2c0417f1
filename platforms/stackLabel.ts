/** Label of all that a stack has; its value is the name that the stack was first brought up under. */
export const STACK_LABEL = "dokomodo.stack";
