import type { RegistryLogin } from "../../platforms/registryLogin";
import type { StackSettings } from "../schema/stack";
import type { Secrets } from "../secrets";

/** The logins of `dokomodo:registries`, with the passwords that Pulumi has decrypted. */
export function resolveRegistries(
  { registries }: Pick<StackSettings, "registries">,
  { registryPasswords }: Pick<Secrets, "registryPasswords">,
): RegistryLogin[] {
  return registries.map(({ server, username }, index) => ({
    server,
    username,
    password: registryPasswords[index] ?? "",
  }));
}
