/** The bare program as Pulumi's own templates write it: with ts-node, the type check, whole SDKs and stack traces. */
import * as docker from "@pulumi/docker";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { register } from "./register";

register({
  Provider: docker.Provider,
  Container: docker.Container,
  DockerNetwork: docker.Network,
  Volume: docker.Volume,
  RandomPassword: random.RandomPassword,
  PrivateKey: tls.PrivateKey,
  CertRequest: tls.CertRequest,
  SelfSignedCert: tls.SelfSignedCert,
  LocallySignedCert: tls.LocallySignedCert,
});
