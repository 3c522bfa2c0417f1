import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { keysOf } from "./certificates";
import { Kubectl } from "./Kubectl";
import type { Parts } from "./parts";
import {
  type AddressedClusterPool,
  API_PORT,
  type ClusterPool,
  DOMAIN,
  filesOf,
  SERVICE_NETWORK,
} from "./pool";
import { listens, Program, runOnNode } from "./program";

/** It is reached only inside the node's network namespace, so it needs no TLS. */
export const ETCD = "http://127.0.0.1:2379";

/** The programs of the control plane: the database, the API server, the controllers and the scheduler. */
export interface ControlPlane {
  readonly etcd: Program;
  readonly apiServer: Program;
  readonly controllers: Program;
  readonly scheduler: Program;
}

export function controlPlaneOf(pool: AddressedClusterPool, { kubernetes }: Parts): ControlPlane {
  const kubeconfig = (name: string) => join(filesOf(pool).configs, `${name}.kubeconfig`);
  const files = filesOf(pool);
  const keys = keysOf(pool);
  const kubectl = new Kubectl(join(kubernetes, "kubectl"), files.kubeconfig);
  const kubelet = keys.client("apiserver");
  const issuer = `https://kubernetes.default.svc.${DOMAIN}`;
  return {
    etcd: new Program(pool, {
      name: "etcd",
      file: "etcd",
      args: [
        ...["--data-dir", files.etcd, "--name", "local"],
        ...["--listen-client-urls", ETCD, "--advertise-client-urls", ETCD],
        ...["--listen-peer-urls", "http://127.0.0.1:2380"],
      ],
      answers: () => etcdctl(pool, "endpoint", "health").then(succeeded, failed),
    }),
    apiServer: new Program(pool, {
      name: "kube-apiserver",
      file: join(kubernetes, "kube-apiserver"),
      args: flags({
        "advertise-address": pool.address,
        "secure-port": String(API_PORT),
        "etcd-servers": ETCD,
        "tls-cert-file": keys.server.certificate,
        "tls-private-key-file": keys.server.key,
        "client-ca-file": keys.authority.certificate,
        "kubelet-preferred-address-types": "InternalIP",
        "kubelet-client-certificate": kubelet.certificate,
        "kubelet-client-key": kubelet.key,
        "service-account-issuer": issuer,
        "service-account-key-file": keys.tokens,
        "service-account-signing-key-file": keys.tokens,
        "service-cluster-ip-range": SERVICE_NETWORK,
        "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction",
        "allow-privileged": "true",
      }),
      answers: () => kubectl.run("get", "--raw", "/readyz").then(succeeded, failed),
    }),
    controllers: new Program(pool, {
      name: "kube-controller-manager",
      file: join(kubernetes, "kube-controller-manager"),
      args: flags({
        kubeconfig: kubeconfig("controller-manager"),
        "bind-address": "127.0.0.1",
        "leader-elect": "false",
        "root-ca-file": keys.authority.certificate,
        "service-account-private-key-file": keys.tokens,
        "use-service-account-credentials": "true",
        "cluster-signing-cert-file": keys.authority.certificate,
        "cluster-signing-key-file": keys.authority.key,
      }),
      answers: () => listens(pool, 10257),
    }),
    scheduler: new Program(pool, {
      name: "kube-scheduler",
      file: join(kubernetes, "kube-scheduler"),
      args: flags({
        kubeconfig: kubeconfig("scheduler"),
        "bind-address": "127.0.0.1",
        "leader-elect": "false",
      }),
      answers: () => listens(pool, 10259),
    }),
  };
}

export async function startControlPlane(pool: ClusterPool, parts: ControlPlane): Promise<void> {
  await mkdir(filesOf(pool).etcd, { recursive: true, mode: 0o700 });
  await parts.etcd.start();
  await parts.apiServer.start();
  await Promise.all([parts.controllers.start(), parts.scheduler.start()]);
}

export function etcdctl(pool: ClusterPool, ...args: readonly string[]): Promise<string> {
  return runOnNode(pool, "env", "ETCDCTL_API=3", "etcdctl", "--endpoints", ETCD, ...args);
}

function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

const succeeded = () => true;
const failed = () => false;
