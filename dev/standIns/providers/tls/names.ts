import { Name, SubjectAlternativeNameExtension } from "@peculiar/x509";
import type { RequestedNames } from "./inputs";

type Subject = NonNullable<RequestedNames["subject"]>;

/** A subject's name with attribute types of RFC 5280, appendix A, in the order of Go's crypto/x509/pkix. */
export function distinguishedName(subject: Subject = {}): Name {
  const attributes: [string, string | undefined][] = [
    ["C", subject.country],
    ["O", subject.organization],
    ["OU", subject.organizationalUnit],
    ["L", subject.locality],
    ["ST", subject.province],
    ...(subject.streetAddresses ?? []).map((street): [string, string] => ["2.5.4.9", street]),
    ["2.5.4.17", subject.postalCode],
    ["CN", subject.commonName],
    ["2.5.4.5", subject.serialNumber],
    ["1.2.840.113549.1.9.1", subject.emailAddress],
  ];
  return new Name(attributes.flatMap(([type, value]) => (value === undefined ? [] : [{ [type]: [value] }])));
}

/** The extension with alternative names. It is critical when the subject is empty (RFC 5280, 4.2.1.6). */
export function alternativeNames({ subject, dnsNames, ipAddresses, uris }: RequestedNames) {
  const names = [
    ...(dnsNames ?? []).map((value) => ({ type: "dns" as const, value })),
    ...(ipAddresses ?? []).map((value) => ({ type: "ip" as const, value })),
    ...(uris ?? []).map((value) => ({ type: "url" as const, value })),
  ];
  const critical = Object.keys(subject ?? {}).length === 0;
  return names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names, critical)];
}
