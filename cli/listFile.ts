/** The usual file of the list of chains, as a path from the project's directory. */
export const LIST_FILE = "assetchains.yaml";
