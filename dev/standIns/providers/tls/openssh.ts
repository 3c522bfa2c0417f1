import { createHash, type KeyObject } from "node:crypto";

/** A public key in OpenSSH's forms: its line in authorized_keys and its fingerprints (RFC 4253, 6.6). */
export interface OpensshPublicKey {
  readonly line: string;
  readonly md5: string;
  readonly sha256: string;
}

export function opensshPublicKey(key: KeyObject): OpensshPublicKey {
  const [type, ...parts] = wireFormat(key);
  const blob = Buffer.concat([Buffer.from(type), ...parts].map(withLength));
  const md5 = createHash("md5").update(blob).digest("hex");
  return {
    line: `${type} ${blob.toString("base64")}\n`,
    md5: md5.replace(/..(?!$)/g, "$&:"),
    sha256: `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`,
  };
}

function wireFormat(key: KeyObject): [type: string, ...parts: Buffer[]] {
  const { kty, crv = "", n, e, x, y } = key.export({ format: "jwk" });
  if (kty === "RSA") return ["ssh-rsa", positive(decode(e)), positive(decode(n))];
  if (kty === "OKP") return ["ssh-ed25519", decode(x)];
  const curve = `nistp${crv.replace("P-", "")}`;
  return [`ecdsa-sha2-${curve}`, Buffer.from(curve), Buffer.concat([Buffer.from([4]), decode(x), decode(y)])];
}

function decode(base64url = ""): Buffer {
  return Buffer.from(base64url, "base64url");
}

/** Adds a zero byte before an integer whose first bit is set, because it would count as negative (RFC 4251, mpint). */
function positive(integer: Buffer): Buffer {
  return (integer[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), integer]) : integer;
}

function withLength(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return Buffer.concat([length, part]);
}
