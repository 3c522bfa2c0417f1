import { join } from "node:path";
import { cacheDirectory } from "../../toolchain/cache";
import { buildOnce, type GoSearch } from "../../toolchain/go";
import type { EnginePrograms } from "./engine";

/** The version in current/go.mod. */
export const currentEngineVersion = "28.5.2";

const MODULE = join(__dirname, "current");
const COMMANDS = "github.com/docker/docker/cmd";

/**
 * Provides a current Docker Engine. It is in the cache or is built from its Go module, because distributions have older
 * engines and a closed machine does not reach Docker's download server. It uses the machine's containerd and runc.
 */
export async function provideCurrentEngine(search: GoSearch = {}): Promise<EnginePrograms> {
  const { env = process.env } = search;
  const folder = await buildOnce(
    {
      target: join(cacheDirectory(env), `docker-engine-${currentEngineVersion}-built`),
      module: MODULE,
      packages: [`${COMMANDS}/dockerd`, `${COMMANDS}/docker-proxy`],
      // The linker sets the engine's version.
      linkerFlags: `-X github.com/docker/docker/dockerversion.Version=${currentEngineVersion}`,
      title: `Building Docker Engine ${currentEngineVersion} from its Go module, once (some two minutes)`,
      subject: "The current Docker Engine",
    },
    search,
  );
  return { dockerd: join(folder, "dockerd"), proxy: join(folder, "docker-proxy") };
}
