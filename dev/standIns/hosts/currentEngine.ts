import { join } from "node:path";
import { cacheDirectory } from "../../toolchain/cache";
import { buildOnce, type GoSearch } from "../../toolchain/go";
import type { EnginePrograms } from "./engine";

/** As current/go.mod has it. */
export const currentEngineVersion = "28.5.2";

const MODULE = join(__dirname, "current");
const COMMANDS = "github.com/docker/docker/cmd";

/**
 * A current Docker Engine, in the cache or built from its Go module: no distribution's packages have it, and Docker's
 * own download server is out of reach on a closed machine. It runs with the machine's containerd and runc.
 */
export async function provideCurrentEngine(search: GoSearch = {}): Promise<EnginePrograms> {
  const { env = process.env } = search;
  const folder = await buildOnce(
    {
      target: join(cacheDirectory(env), `docker-engine-${currentEngineVersion}-built`),
      module: MODULE,
      packages: [`${COMMANDS}/dockerd`, `${COMMANDS}/docker-proxy`],
      // The engine has its version from the linker only.
      linkerFlags: `-X github.com/docker/docker/dockerversion.Version=${currentEngineVersion}`,
      title: `Building Docker Engine ${currentEngineVersion} from its Go module, once (some two minutes)`,
      subject: "The current Docker Engine",
    },
    search,
  );
  return { dockerd: join(folder, "dockerd"), proxy: join(folder, "docker-proxy") };
}
