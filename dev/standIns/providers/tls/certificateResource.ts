import type { z } from "zod";
import { checkInputs, type Properties, type Resource, secret } from "../provider";
import type { IssuedCertificate } from "./certificate";
import { certificateDifference, refreshedCertificate } from "./renewal";

/** What makes one kind of certificate differ from another. */
export interface CertificateKind<Inputs extends Properties> {
  readonly token: string;
  readonly inputShape: z.ZodType<Inputs>;
  /** The input that has the private key which signs. */
  readonly secretKey: string;
  /** The certificate, and what else is an output beside the inputs. */
  issue(inputs: Inputs): Promise<IssuedCertificate & Properties>;
}

export function certificateResource<Inputs extends Properties>(
  kind: CertificateKind<Inputs>,
): Resource<undefined> {
  const { token, inputShape, secretKey } = kind;
  const withSecretKey = (outputs: Properties) => ({ ...outputs, [secretKey]: secret(outputs[secretKey]) });
  return {
    token,
    check: (_subject, inputs) => checkInputs(inputShape, inputs),
    diff: (_subject, state, inputs, oldInputs) => certificateDifference(state, inputs, oldInputs),
    async create(_subject, properties) {
      const inputs = inputShape.parse(properties);
      const { id, ...issued } = await kind.issue(inputs);
      return { id, outputs: withSecretKey({ ...inputs, ...issued, readyForRenewal: false }) };
    },
    async read(_subject, state) {
      const found = refreshedCertificate(state);
      return found && { outputs: withSecretKey(found.outputs) };
    },
    async update(_subject, state, inputs) {
      return withSecretKey({ ...state, earlyRenewalHours: inputs["earlyRenewalHours"] });
    },
    async delete() {},
  };
}
