import type { Engine } from "./engine";
import { ifThere } from "./engine";

/** Pulls the image unless the engine has it (kreuzwerker findImage). */
export async function providePulled(
  engine: Engine,
  image: string,
  about: string,
  signal: AbortSignal,
): Promise<void> {
  const there = await ifThere(
    engine.ask(`${about}: cannot look for its image ${image}`, (docker) => docker.getImage(image).inspect()),
  );
  if (there !== undefined) return;
  await engine.ask(`${about}: its image ${image} is not there and cannot be pulled`, async (docker) => {
    const progress = await docker.pull(tagged(image), { abortSignal: signal });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(progress, (error: Error | null) =>
        error === null ? resolve() : reject(error),
      );
    });
  });
}

/** Adds `:latest` to an image without a tag, because the engine would otherwise pull all its tags. */
function tagged(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  return last.includes(":") || last.includes("@") ? image : `${image}:latest`;
}
