/** The bare program with this project's settings: it imports only the submodules that it needs. */
import "../../../program/debug";
import { Container } from "@pulumi/docker/container";
import { Network as DockerNetwork } from "@pulumi/docker/network";
import { Provider } from "@pulumi/docker/provider";
import { Volume } from "@pulumi/docker/volume";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { CertRequest } from "@pulumi/tls/certRequest";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";
import { PrivateKey } from "@pulumi/tls/privateKey";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import { register } from "./register";

register({
  Provider,
  Container,
  DockerNetwork,
  Volume,
  RandomPassword,
  PrivateKey,
  CertRequest,
  SelfSignedCert,
  LocallySignedCert,
});
