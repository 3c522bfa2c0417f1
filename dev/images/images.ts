import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { type StepLog, step } from "../progress";
import { requireGo } from "../toolchain/go";
import { buildBase } from "./baseImage";
import { provideRegistryProgram } from "./registryProgram";
import { BASES, IMAGES, type ImageSource, SOURCES, sourceKey, writeContext } from "./sources";

const LABEL = "dokomodo.source";

interface BuiltImage {
  readonly id: string;
  /** `sourceKey` of what it was made from. Undefined for an image that has no such label. */
  readonly source: string | undefined;
}

/** Full name of an image of the development stack. */
export function imageName(name: string): string {
  return `dokomodo-testbed/${name}:dev`;
}

/** Makes the images of the development stack that are missing or whose sources have changed. */
export async function prepareImages(): Promise<void> {
  const built = await listBuilt();
  const current = new Map<string, Promise<string>>();
  if (!(await isAnyStale(built))) return;
  await requireGo(IMAGES, "A part of the development stack's images");

  /** Returns the id of an up-to-date image. The image is made at most once, however many others are based on it. */
  const provide = (name: string): Promise<string> => {
    const id = current.get(name) ?? make(name);
    current.set(name, id);
    return id;
  };
  const make = async (name: string): Promise<string> => {
    const before = built.get(name);
    const release = BASES.get(name);
    if (release !== undefined) {
      if (before !== undefined) return before.id;
      await buildBase(imageName(name), release);
    } else {
      const source = findSource(name);
      const baseId = source.base === undefined ? undefined : await provide(source.base);
      const key = await sourceKey(source, baseId);
      if (before?.source === key) return before.id;
      await step(`Making the image ${name}`, (log) => buildImage(source, key, log));
    }
    const after = (await listBuilt()).get(name);
    if (after === undefined) {
      throw new Error(`Docker built the image ${imageName(name)}, but does not list it. Run this again.`);
    }
    if (before !== undefined && before.id !== after.id) await removeUnused(before.id);
    return after.id;
  };
  // Each image waits for its base. All are waited for, so that no build is still running when one has failed.
  const results = await Promise.allSettled(SOURCES.map(({ name }) => provide(name)));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function isAnyStale(built: ReadonlyMap<string, BuiltImage>): Promise<boolean> {
  const stale = await Promise.all(
    SOURCES.map(async (source) => {
      const base = source.base === undefined ? undefined : built.get(source.base)?.id;
      if (source.base !== undefined && base === undefined) return true;
      return built.get(source.name)?.source !== (await sourceKey(source, base));
    }),
  );
  return stale.includes(true);
}

/** Lists the images of the development stack that the engine has, with one call. */
async function listBuilt(): Promise<Map<string, BuiltImage>> {
  const images = await new Docker().listImages({ filters: { reference: [imageName("*")] } });
  return new Map(
    images.flatMap(({ Id, Labels, RepoTags }) =>
      (RepoTags ?? []).map((tag): [string, BuiltImage] => [
        tag.replace(/^.*\/|:.*$/g, ""),
        { id: Id, source: Labels?.[LABEL] },
      ]),
    ),
  );
}

function findSource(name: string): ImageSource {
  const source = SOURCES.find((candidate) => candidate.name === name);
  if (source === undefined) {
    throw new Error(
      `There is no image ${name}. The images are ${SOURCES.map((one) => one.name).join(", ")}.`,
    );
  }
  return source;
}

async function buildImage(source: ImageSource, key: string, log: StepLog): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), "dokomodo-image-"));
  try {
    await writeContext(source, context);
    if (source.program !== undefined) {
      const output = ["-o", join(context, source.program)];
      await log.run("go", ["build", "-trimpath", "-ldflags=-s -w", ...output, `./${source.name}`], {
        cwd: IMAGES,
        env: { CGO_ENABLED: "0" },
      });
    }
    const fetched = source.registryProgram;
    if (fetched !== undefined)
      await copyFile(await provideRegistryProgram(fetched, log), join(context, fetched.name));
    const labelled = ["--label", `${LABEL}=${key}`, "--tag", imageName(source.name)];
    await log.run("docker", ["build", "--force-rm", ...labelled, context], {
      // The classic builder needs no plugin, and it always finds the base among the engine's own images.
      env: { DOCKER_BUILDKIT: "0" },
    });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

/** Removes a replaced image. The engine refuses when a container still uses it, and then the image stays. */
async function removeUnused(id: string): Promise<void> {
  await new Docker()
    .getImage(id)
    .remove()
    .catch(() => {});
}
