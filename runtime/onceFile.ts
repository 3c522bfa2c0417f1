/** The file of a daemon's container that has the directory of its volume. entrypoint.sh reads it. */
export const VOLUME_FILE = "/run/dokomodo/volume";

/** The file in the daemon's volume with an argument that entrypoint.sh gives to the daemon at its next start alone. */
export const ONCE_FILE = ".dokomodo-once";
