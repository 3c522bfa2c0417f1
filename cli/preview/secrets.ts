import type { SecretChange } from "./plan";
import type { PlanStep } from "./steps";

const KINDS: Readonly<Record<string, SecretChange["what"]>> = {
  "random:index/randomPassword:RandomPassword": "password",
  "tls:index/privateKey:PrivateKey": "key",
  "tls:index/locallySignedCert:LocallySignedCert": "certificate",
  "tls:index/selfSignedCert:SelfSignedCert": "authority",
};

/** A request for a certificate is no secret. It changes together with the certificate. */
const REQUEST = "tls:index/certRequest:CertRequest";

/** Whether a resource is a secret of a node, or a part of one. */
export function isSecret(type: string): boolean {
  return type in KINDS || type === REQUEST;
}

/** The passwords, keys and certificates that a plan makes, exchanges and forgets. */
export function readSecrets(steps: readonly PlanStep[]): SecretChange[] {
  const components = steps.filter(({ type, op }) => type.startsWith("dokomodo:") && op === "create");
  const made = new Set(components.map(({ name }) => name));
  return steps.flatMap(({ type, name, op }): SecretChange[] => {
    const what = KINDS[type];
    if (what === undefined || op === "update") return [];
    // The key of an authority is told with the authority.
    if (what === "key" && /-authority(-\d+)?-key$/.test(name)) return [];
    const owner = ownerOf(name);
    // Each password, and each generation of an authority, has a resource of its own.
    const isFirst = op === "create" && (what === "key" || what === "certificate" || made.has(owner));
    return [{ owner, what, fate: op === "delete" ? "removed" : isFirst ? "new" : "rotates" }];
  });
}

/** Whose secret it is, by the name of its resource: `east-beer` for `east-beer-rpcpassword-1a2b3c4d`. */
function ownerOf(name: string): string {
  return name.replace(/-(rpcpassword(-[0-9a-f]{8})?|key|certificate|authority(-\d+)?)$/, "");
}
