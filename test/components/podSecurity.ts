import { containersOf, type PodOutline } from "./kubernetesFiles";

/** The parts of a pod or a container that the standard is about; nothing else of them is looked at. */
interface Security {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly procMount?: string;
  readonly sysctls?: unknown;
  readonly seccompProfile?: { readonly type: string };
  readonly seLinuxOptions?: unknown;
  readonly appArmorProfile?: { readonly type: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

const VOLUMES = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

function securityOf(of: { readonly [key: string]: unknown }): Security {
  return Object(of["securityContext"]);
}

type Rule = (security: Security, pod: Security) => boolean;

/** What each container has to have, of its own or of its pod. */
const OF_CONTAINERS: Readonly<Record<string, Rule>> = {
  "Running as Non-root": (own, pod) => (own.runAsNonRoot ?? pod.runAsNonRoot) === true,
  "Running as Non-root user": (own, pod) => (own.runAsUser ?? pod.runAsUser) !== 0,
  Seccomp: (own, pod) =>
    ["RuntimeDefault", "Localhost"].includes((own.seccompProfile ?? pod.seccompProfile)?.type ?? ""),
  Capabilities: ({ capabilities: { add = [], drop = [] } = {} }) =>
    drop.includes("ALL") && add.every((capability) => capability === "NET_BIND_SERVICE"),
  "Privilege Escalation": ({ allowPrivilegeEscalation }) => allowPrivilegeEscalation === false,
  "Privileged Containers": ({ privileged }) => privileged !== true,
  "/proc Mount Type": ({ procMount = "Default" }) => procMount === "Default",
};

/** What may be set neither of a pod nor of a container; stricter than the standard, which has safe values. */
const OF_ALL: Readonly<Record<string, (security: Security) => boolean>> = {
  SELinux: ({ seLinuxOptions }) => seLinuxOptions === undefined,
  AppArmor: ({ appArmorProfile }) => appArmorProfile?.type !== "Unconfined",
  Sysctls: ({ sysctls }) => sysctls === undefined,
  HostProcess: ({ windowsOptions }) => windowsOptions?.hostProcess !== true,
};

/** Names of the rules of the restricted Pod Security Standard that a pod is beyond, with where. */
export function violations(spec: PodOutline): string[] {
  const pod = securityOf(spec);
  const found = Object.entries(OF_ALL).filter(([, rule]) => !rule(pod));
  return [
    ...found.map(([name]) => name),
    ...["hostNetwork", "hostPID", "hostIPC"].filter((key) => spec[key] === true),
    ...spec.volumes
      .filter((volume) => Object.keys(volume).some((key) => key !== "name" && !VOLUMES.has(key)))
      .map(({ name }) => `Volume Types: ${name}`),
    ...containersOf(spec).flatMap((container) => {
      const own = securityOf(container);
      const ports: readonly { hostPort?: number }[] = Object(container["ports"] ?? []);
      const broken = [
        ...Object.entries(OF_CONTAINERS).filter(([, rule]) => !rule(own, pod)),
        ...Object.entries(OF_ALL).filter(([, rule]) => !rule(own)),
      ].map(([name]) => name);
      const open = ports.some(({ hostPort }) => hostPort !== undefined) ? ["Host Ports"] : [];
      return [...broken, ...open].map((name) => `${name}: ${container.name}`);
    }),
  ];
}
