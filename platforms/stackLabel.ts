/** Label of everything that a stack makes. Its value is the name that the stack was first brought up under. */
export const STACK_LABEL = "dokomodo.stack";
