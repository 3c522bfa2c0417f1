import type { ChainReading } from "../../readings/chain";

/** Seconds between two readings of a chain are 9. A call to a daemon that is down is held for up to 50 s. */
const LATE_SECONDS = 15;

/**
 * Whether a daemon does not answer its agent: the agent says so, or its last reading is late.
 * @param now when the agent handed the reading over, RFC 3339
 */
export function isSilent(reading: ChainReading, now: string | undefined): boolean {
  if (reading.silence !== undefined) return true;
  if (reading.at === undefined || now === undefined) return false;
  return Date.parse(now) - Date.parse(reading.at) > LATE_SECONDS * 1000;
}
