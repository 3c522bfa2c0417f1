import { readFileSync } from "node:fs";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type * as random from "@pulumi/random";
import type * as tls from "@pulumi/tls";
import { JOIN, OUTPUT, outputKey, type PlannedResource, SECRET } from "./plan";

/** The SDKs' classes. Each bare program imports them in its own way. */
export interface ResourceClasses {
  readonly Provider: typeof docker.Provider;
  readonly Container: typeof docker.Container;
  readonly DockerNetwork: typeof docker.Network;
  readonly Volume: typeof docker.Volume;
  readonly RandomPassword: typeof random.RandomPassword;
  readonly PrivateKey: typeof tls.PrivateKey;
  readonly CertRequest: typeof tls.CertRequest;
  readonly SelfSignedCert: typeof tls.SelfSignedCert;
  readonly LocallySignedCert: typeof tls.LocallySignedCert;
}

/** Registers the resources of plan.json in one flat loop, without a component. */
export function register(classes: ResourceClasses): void {
  const planned: PlannedResource[] = JSON.parse(readFileSync("plan.json", "utf8"));
  const providers = new Map<string, pulumi.ProviderResource>();
  const outputs = new Map<string, pulumi.Output<string>>();
  const fill = (_key: string, value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const [first] = Object.entries(value);
    if (first === undefined) return value;
    const [kind, content] = first;
    if (kind === OUTPUT) return known(outputs, content);
    if (kind === JOIN) return pulumi.concat(...content);
    return kind === SECRET ? pulumi.secret(content) : value;
  };
  for (const { type, name, inputs, provider: providerName, options } of planned) {
    const args = JSON.parse(inputs, fill);
    const provider = providers.get(providerName ?? "");
    const opts = provider === undefined ? options : { ...options, provider };
    const keep = (output: string, value: pulumi.Output<string>) =>
      outputs.set(outputKey(type, name, output), value);
    switch (type) {
      case "pulumi:providers:docker":
        providers.set(name, new classes.Provider(name, args, opts));
        break;
      case "docker:index/container:Container":
        keep("id", new classes.Container(name, args, opts).id);
        break;
      case "docker:index/network:Network":
        keep("name", new classes.DockerNetwork(name, args, opts).name);
        break;
      case "docker:index/volume:Volume":
        keep("name", new classes.Volume(name, args, opts).name);
        break;
      case "random:index/randomPassword:RandomPassword":
        keep("result", new classes.RandomPassword(name, args, opts).result);
        break;
      case "tls:index/privateKey:PrivateKey":
        keep("privateKeyPem", new classes.PrivateKey(name, args, opts).privateKeyPem);
        break;
      case "tls:index/certRequest:CertRequest":
        keep("certRequestPem", new classes.CertRequest(name, args, opts).certRequestPem);
        break;
      case "tls:index/selfSignedCert:SelfSignedCert":
        keep("certPem", new classes.SelfSignedCert(name, args, opts).certPem);
        break;
      case "tls:index/locallySignedCert:LocallySignedCert":
        keep("certPem", new classes.LocallySignedCert(name, args, opts).certPem);
        break;
      default:
        throw new Error(
          `The bare program cannot register a resource of type ${type}. Add a case for it here.`,
        );
    }
  }
}

function known(outputs: ReadonlyMap<string, pulumi.Output<string>>, key: string): pulumi.Output<string> {
  const output = outputs.get(key);
  if (output === undefined) {
    throw new Error(
      `A resource in plan.json needs the output ${key}, but no resource before it has that output.`,
    );
  }
  return output;
}
