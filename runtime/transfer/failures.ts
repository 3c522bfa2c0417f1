import { codeOf } from "../provision/Disk";
import { reasonOf } from "../provision/failures";

/** Why a transfer cannot go on, for people. Trying again does not help before somebody has changed something. */
export class TransferFailure extends Error {}

/** The connection is gone, or what came was cut off. The sender connects again. */
export class ConnectionLost extends Error {}

/** What failed at a path of a volume, as a TransferFailure. A lost connection stays what it is. */
export function failureAt(error: unknown, path: string, called: string): Error {
  if (error instanceof TransferFailure || error instanceof ConnectionLost) return error;
  const where = path === "" ? called : `${JSON.stringify(path)} in ${called}`;
  if (["EACCES", "EPERM", "EROFS"].includes(String(codeOf(error))))
    return new TransferFailure(
      `uid ${process.getuid?.() ?? "?"}, the daemon's user, may not use ${where} (${reasonOf(error)}). ` +
        "Give it to that user with chown, or remove it if the daemon does not need it. Then try again.",
    );
  return new TransferFailure(`${where} cannot be used (${reasonOf(error)}).`);
}
