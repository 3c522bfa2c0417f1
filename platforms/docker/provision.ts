import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import type { HostNeeds, VolumeToFill } from "../../notary/provisions";
import type { FileArgs } from "../platform";
import {
  type DownloadPlaces,
  PROVISION_COMMAND,
  type ProvisionDirectory,
  type Provisions,
  planFile,
  provisionPlan,
  provisionProgram,
} from "../provision";
import type { DockerConnection } from "./connection";
import { EngineRefusal } from "./engineApi";
import { explainEngine } from "./engineFailure";
import { DOWNLOADS_VOLUME, volumeName } from "./names";
import { type ProvisionListener, untilEnded } from "./provisionLog";
import { createInTurn, unlessGone, wasTaken } from "./provisionTurns";
import { throwawayLimits } from "./throwaway";

/**
 * Where the container mounts what it fills. A new volume takes over the directory that it is mounted on first, and every
 * image has /tmp, where every user may write (docs/internals/engines.md, a new volume).
 */
const FILLED = "/tmp";
/** Where the container finds the directory of the host that `dokomodo:downloads` names. */
const FROM = "/var/lib/dokomodo/from";
/** A run whose container was taken from it begins anew so often. */
const MOST_TRIES = 5;

export interface ProvisionOptions extends ProvisionListener {
  /** Image with Node 18 or newer. The engine has it. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly places: DownloadPlaces;
}

/**
 * Brings what the daemons of a host need before they start, in a container that ends when it is there. A run that was
 * interrupted left its container, which goes on by itself, so it is waited for.
 * @returns a message for each thing that cannot be had
 */
export async function provisionHost(
  connection: DockerConnection,
  { downloads, volumes }: HostNeeds,
  options: ProvisionOptions,
): Promise<string[]> {
  const failures: string[] = [];
  if (downloads.length > 0) failures.push(...(await carryOut(connection, shared(downloads), options)));
  // One after the other, because a host has one disk and one line.
  for (const volume of volumes) {
    const found = await carryOut(connection, filling(volume), options);
    failures.push(...found.map((why) => `${volume.workload}: ${why}`));
  }
  return failures;
}

/** The work of one container. */
interface Work {
  /** Name of the container. */
  readonly name: string;
  /** Name of the volume that is filled. */
  readonly volume: string;
  readonly user: string;
  readonly provisions: Provisions;
}

function shared(downloads: HostNeeds["downloads"]): Work {
  return { name: DOWNLOADS_VOLUME, volume: DOWNLOADS_VOLUME, user: "1000:1000", provisions: { downloads } };
}

function filling({ workload, user, url, sha256, directory }: VolumeToFill): Work {
  const provisions = { downloads: [], bootstrap: { url, sha256, directory } };
  return { name: `${workload}-bootstrap`, volume: volumeName(workload), user, provisions };
}

async function carryOut(
  connection: DockerConnection,
  work: Work,
  options: ProvisionOptions,
): Promise<string[]> {
  const { engine, endpoint } = connection;
  for (let tries = 1; ; tries++) {
    try {
      return await carryOutOnce(engine, work, options);
    } catch (error) {
      // What was fetched so far stays, so nothing is fetched twice.
      if (tries < MOST_TRIES && wasTaken(error)) continue;
      if (error instanceof EngineRefusal && error.message.includes("bind source path does not exist")) {
        return [
          `it has no directory ${options.places.directory}, which dokomodo:downloads.directory names. ` +
            "Make it there, if only an empty one, or correct the config.",
        ];
      }
      return [explainEngine(error, endpoint)];
    }
  }
}

async function carryOutOnce(engine: Docker, work: Work, options: ProvisionOptions): Promise<string[]> {
  const container = await createInTurn(engine, work.name, {
    create: () => create(engine, work, options),
    untilEnded: (other) => untilEnded(engine, other, options),
  });
  try {
    await upload(engine, container, work, options.places);
    await container.start();
    return await untilEnded(engine, container, options);
  } finally {
    await unlessGone(container.remove({ force: true }));
  }
}

async function create(
  engine: Docker,
  { name, volume, user: text, provisions }: Work,
  { image, labels, places }: ProvisionOptions,
): Promise<Docker.Container> {
  const limits = throwawayLimits(text);
  const from = mountedFrom(provisions, places);
  return engine.createContainer({
    name,
    Image: image,
    Entrypoint: [...PROVISION_COMMAND],
    User: limits.User,
    Labels: { ...labels },
    HostConfig: {
      Mounts: [
        { Type: "volume", Source: volume, Target: FILLED },
        ...(from === undefined
          ? []
          : [{ Type: "bind" as const, Source: from, Target: FROM, ReadOnly: true }]),
      ],
      ...limits.HostConfig,
    },
  });
}

/** The directory of the host in which files are looked for; undefined if there is none, or no file is needed. */
function mountedFrom({ downloads }: Provisions, { directory }: DownloadPlaces): string | undefined {
  return downloads.length === 0 ? undefined : directory;
}

/** Gives the container its program and its plan, which has what people call the volume. */
async function upload(
  engine: Docker,
  container: Docker.Container,
  { volume, provisions }: Work,
  places: DownloadPlaces,
): Promise<void> {
  const filled = await filledVolume(engine, volume);
  const plan = provisionPlan(provisions, places, {
    downloads: filled,
    volume: filled,
    from: mountedFrom(provisions, places) === undefined ? undefined : FROM,
    byHand: byHand(places.directory),
  });
  await container.putArchive(archive([provisionProgram(), planFile(plan)]), { path: "/" });
}

/** The volume as people know it. It is there, because a container mounts it. */
async function filledVolume(engine: Docker, volume: string): Promise<ProvisionDirectory> {
  const { Mountpoint } = await engine.getVolume(volume).inspect();
  return {
    path: FILLED,
    called: `the volume ${volume}`,
    makeRoom:
      `Make room on the disk of the host that has ${Mountpoint}, or give the chains that need it another ` +
      "host in the config.",
  };
}

/**
 * How an operator brings files to a host.
 * @param directory that of the config's `dokomodo:downloads`; undefined if it names none
 */
function byHand(directory: string | undefined): string {
  const mirror =
    "put them on a web server that the host reaches, and name the URL of their folder in `mirror` of dokomodo:downloads";
  if (directory !== undefined)
    return `To bring the files by hand, put them into ${directory} of the host under these names, or ${mirror}. Then run \`pulumi up\` again.`;
  return (
    "To bring the files by hand, put them under these names into a directory of the host that every user may read, and " +
    "name it in the config, such as `dokomodo:downloads: { directory: /srv/zcash-params }`. Every Docker host of the stack " +
    `has to have that directory then, if only an empty one. Or ${mirror}. Then run \`pulumi up\` again.`
  );
}

function archive(files: readonly FileArgs[]): Readable {
  const packed = pack();
  for (const { path, content } of files) {
    if (typeof content === "string") packed.entry({ name: path.slice(1), mode: 0o444 }, content);
  }
  packed.finalize();
  return Readable.from(packed);
}
