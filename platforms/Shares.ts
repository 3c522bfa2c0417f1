import type { PlatformShare } from "./definition";
import type { StatedHost } from "./host";
import { PLATFORMS } from "./index";

/** The shares that platforms have of a stack. */
export class Shares {
  /** The shares that have a host. */
  readonly all: readonly PlatformShare[];
  private readonly byHost: ReadonlyMap<string, PlatformShare>;

  /** @param settings values of the keys that only a platform understands, by their full names */
  constructor(hosts: readonly StatedHost[], settings: Readonly<Record<string, unknown>>) {
    const shares = PLATFORMS.map((platform) => {
      const own = hosts.filter((host) => host.platform === platform.name);
      return platform.share(own, settings);
    });
    this.all = shares.filter((share) => share.hosts.length > 0);
    this.byHost = new Map(shares.flatMap((share) => share.hosts.map((host) => [host, share] as const)));
  }

  /** The share that has this host; undefined for a host that the stack does not list. */
  of(host: string): PlatformShare | undefined {
    return this.byHost.get(host);
  }

  /** Names the segment of a host. A host that the stack does not list has a segment of its own. */
  segmentOf(host: string): string {
    return this.of(host)?.segmentOf(host) ?? `host ${host}`;
  }
}
