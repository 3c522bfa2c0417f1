/** Name of a resource: `east-beer` of `urn:pulumi:prod::dokomodo::docker:index/container:Container::east-beer`. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Type of a resource, without those of its parents, which come before it with `$` between them. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** A type for people: `docker:Container` for `docker:index/container:Container`. */
export function shortType(type: string): string {
  const [plugin = "", ...rest] = type.split(":");
  return `${plugin}:${rest.at(-1) ?? ""}`;
}

/** Name of a provider, which a resource refers to by URN and id (docs/internals/pulumi.md, a provider's reference). */
export function providerName(reference: string): string {
  return nameOf(reference.slice(0, reference.lastIndexOf("::")));
}
