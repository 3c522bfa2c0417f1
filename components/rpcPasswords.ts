import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { PASSWORD_LENGTH } from "../chains/conf";
import type { FormerRotation } from "../notary/types";

export interface RotationArgs {
  /** Any text. Another text makes another password. */
  readonly rotation?: string | undefined;
  /** The password before. It stays in the stack for as long as this is stated. */
  readonly rotatedFrom?: FormerRotation | undefined;
}

export interface RpcPasswords {
  readonly present: pulumi.Output<string>;
  readonly former?: { readonly former: pulumi.Output<string>; readonly until: Date } | undefined;
}

/**
 * Makes the RPC passwords of a daemon. Each rotation has a resource of its own, so that the former password can stay
 * beside the present one. Until release 0.1 all rotations were one resource that was replaced. That one is taken over by
 * the older of the two, because it holds what the daemon had until now.
 * @param name the daemon's
 */
export function createRpcPasswords(
  name: string,
  { rotation, rotatedFrom }: RotationArgs,
  opts: pulumi.CustomResourceOptions,
): RpcPasswords {
  if (rotatedFrom === undefined) return { present: createPassword(name, rotation, true, opts) };
  const former = createPassword(name, rotatedFrom.rotation, true, opts);
  return {
    present: createPassword(name, rotation, false, opts),
    former: { former, until: rotatedFrom.until },
  };
}

function createPassword(
  name: string,
  rotation: string | undefined,
  isOldest: boolean,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const firstName = `${name}-rpcpassword`;
  // A resource's name may be read by anybody, and a rotation is a text of the user's choice.
  const hash = createHash("sha256")
    .update(rotation ?? "")
    .digest("hex")
    .slice(0, 8);
  const password = new RandomPassword(
    rotation === undefined ? firstName : `${firstName}-${hash}`,
    {
      length: PASSWORD_LENGTH,
      special: false,
      keepers: rotation === undefined ? undefined : { rotation },
    },
    rotation === undefined || !isOldest ? opts : { ...opts, aliases: [{ name: firstName }] },
  );
  return pulumi.secret(password.result);
}
