import type { z } from "zod";
import { checkInputs, type Properties, type Resource, secret } from "../provider";
import type { IssuedCertificate } from "./certificate";
import { certificateDifference, refreshedCertificate } from "./renewal";

/** The differences between the kinds of certificates. */
export interface CertificateKind<Inputs extends Properties> {
  readonly token: string;
  readonly inputShape: z.ZodType<Inputs>;
  /** Name of the input that has the signing private key. */
  readonly secretKey: string;
  /** Issues the certificate and returns it with all other outputs that are no inputs. */
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
