import { definePlatform } from "../definition";
import { dockerChecks } from "./checks";
import { dockerMemory } from "./memory";
import { dockerNames, volumeName } from "./names";
import { readDockerStep } from "./plannedSteps";
import { dockerPorts } from "./ports";
import { dockerRules } from "./rules";
import { dockerHostSchema, dockerSettings, endpointOf } from "./settings";

/** Docker Engines on machines that are reached over a socket, SSH or TLS. */
export const docker = definePlatform({
  name: "docker",
  plugins: ["docker"],
  hostProvider: "pulumi:providers:docker",
  host: dockerHostSchema,
  settings: dockerSettings,
  readStep: readDockerStep,
  share: (hosts, settings, stated) => {
    const names = new Set(stated.map(({ name }) => name));
    return {
      hosts: [...names],
      lessor: "witnesses",
      hasDirectories: true,
      hasEmptyHomes: false,
      isReachable: true,
      segmentOf: (host) => `host ${host}`,
      storageGiB: () => undefined,
      sizePath: () => undefined,
      volumeOf: ({ host, name }) => `volume ${volumeName(name)} of host ${host}`,
      rules: (context) => dockerRules(stated, hosts, context),
      names: (network) => dockerNames(network, names),
      ports: (network) => dockerPorts(network, names),
      hasRestarter: true,
      memory: dockerMemory,
      open: async (args) => {
        const { DockerRun } = await import("./DockerRun.ts");
        return new DockerRun(hosts, settings, args);
      },
      operations: async (args) => {
        const { DockerOperations } = await import("./operations/DockerOperations.ts");
        return new DockerOperations(
          hosts.map((host) => endpointOf(host, settings)),
          args,
        );
      },
      volumes: async (args) => {
        const { DockerVolumes } = await import("./DockerVolumes.ts");
        const places = hosts.map((host) => {
          const { address, listen } = host;
          return { endpoint: endpointOf(host, settings), address, listen };
        });
        return new DockerVolumes(places, args);
      },
      leftovers: async () => {
        const { DockerLeftovers } = await import("./DockerLeftovers.ts");
        return new DockerLeftovers(hosts.map((host) => endpointOf(host, settings)));
      },
      remains: async (stackName) => {
        const { DockerRemains } = await import("./DockerRemains.ts");
        return new DockerRemains(
          hosts.map((host) => endpointOf(host, settings)),
          stackName,
        );
      },
      checks: dockerChecks(hosts.map((host) => endpointOf(host, settings))),
    };
  },
});
