import "reflect-metadata"; // @peculiar/x509 needs this to be loaded before it.
import type { Provider } from "../provider";
import { certRequest } from "./certRequest";
import { locallySignedCert } from "./locallySignedCert";
import { privateKey } from "./privateKey";
import { selfSignedCert } from "./selfSignedCert";

const { version }: { version: string } = require("@pulumi/tls/package.json");

/** The tls provider for machines without the official plugin. It has private keys, requests and certificates. */
export const tls: Provider<undefined> = {
  name: "tls",
  version,
  configure: () => undefined,
  resources: [privateKey, certRequest, selfSignedCert, locallySignedCert],
};
