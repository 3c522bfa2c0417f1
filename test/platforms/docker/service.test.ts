import { describe, expect, test } from "vitest";
import { stopSeconds } from "../../../platforms/docker/service";

describe("how long systemd lets the Docker Engine stop", () => {
  test.each([
    ["TimeoutStopUSec=1min 30s\nLoadState=loaded\n", 90],
    ["LoadState=loaded\nTimeoutStopUSec=31min\n", 1860],
    ["LoadState=loaded\nTimeoutStopUSec=1h 1min 500ms\n", 3660.5],
    ["LoadState=loaded\nTimeoutStopUSec=infinity\n", Number.POSITIVE_INFINITY],
  ])("is read from %j", (shown, seconds) => {
    expect(stopSeconds(shown)).toBe(seconds);
  });

  test.each([
    "",
    "LoadState=not-found\nTimeoutStopUSec=1min 30s\n",
    "LoadState=loaded\nTimeoutStopUSec=soon\n",
  ])("is unknown for %j", (shown) => {
    expect(stopSeconds(shown)).toBeUndefined();
  });
});
