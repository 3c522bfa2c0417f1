import { z } from "zod";
import { checkInputs, type Resource, secret } from "../provider";
import { type CharacterClass, generatePassword } from "./password";

const count = z.int().min(0).default(0);
const flag = z.boolean().default(true);

/**
 * The names and defaults are those of the official provider's schema (random_password of
 * hashicorp/terraform-provider-random). `number` is the older name of `numeric`.
 */
const inputShape = z
  .strictObject({
    length: z.int().min(1),
    lower: flag,
    upper: flag,
    special: flag,
    number: z.boolean().optional(),
    numeric: z.boolean().optional(),
    minLower: count,
    minUpper: count,
    minNumeric: count,
    minSpecial: count,
    overrideSpecial: z.string().optional(),
    keepers: z.record(z.string(), z.string()).optional(),
  })
  .transform(({ number, numeric, ...rest }) => {
    const digits = numeric ?? number ?? true;
    return { ...rest, number: digits, numeric: digits };
  })
  .superRefine((inputs, context) => {
    const least = inputs.minLower + inputs.minUpper + inputs.minNumeric + inputs.minSpecial;
    if (least > inputs.length) {
      context.addIssue({
        code: "custom",
        path: ["length"],
        message: `must be at least ${least}, the sum of all minima`,
      });
    }
    const empty = classes(inputs).every(({ allowed, alphabet }) => !allowed || alphabet === "");
    if (empty)
      context.addIssue({
        code: "custom",
        path: ["length"],
        message: "needs at least one allowed class of characters: lower, upper, numeric or special",
      });
  });

type Inputs = z.output<typeof inputShape>;

/** The special characters of the official provider. */
const specialCharacters = "!@#$%&*()-_=+[]{}<>:?";

const bcryptHash = "not computed: the offline random provider stands in";

/** As in the official provider, each change of an input makes a new password, and the id is always `none`. */
export const randomPassword: Resource<undefined> = {
  token: "random:index/randomPassword:RandomPassword",
  check: (_subject, inputs) => checkInputs(inputShape, inputs),
  async create(_subject, properties) {
    const inputs = inputShape.parse(properties);
    const result = generatePassword(inputs.length, classes(inputs));
    return { id: "none", outputs: { ...inputs, result: secret(result), bcryptHash: secret(bcryptHash) } };
  },
  async read(_subject, state) {
    if (!("result" in state)) return undefined;
    return { outputs: { ...state, result: secret(state["result"]), bcryptHash: secret(bcryptHash) } };
  },
  async delete() {},
};

function classes(inputs: Omit<Inputs, "length">): CharacterClass[] {
  return [
    { alphabet: "abcdefghijklmnopqrstuvwxyz", allowed: inputs.lower, minimum: inputs.minLower },
    { alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", allowed: inputs.upper, minimum: inputs.minUpper },
    { alphabet: "0123456789", allowed: inputs.numeric, minimum: inputs.minNumeric },
    {
      alphabet: inputs.overrideSpecial || specialCharacters,
      allowed: inputs.special,
      minimum: inputs.minSpecial,
    },
  ];
}
