import type { Problem } from "../../input/problem";
import type { RuleInput } from "../context";

/** Iguana ends at once without `elected`, which its image cannot bring along where homes are empty at each start. */
export function checkElected({ notaries, shares, at }: RuleInput): Problem[] {
  return notaries.flatMap(({ name, host, iguana }, index) => {
    if (shares.of(host)?.hasEmptyHomes !== true || iguana.elected !== undefined) return [];
    const message = `Iguana of notary ${name} finds an empty home at each start on host ${host}, whatever its image has there; state its \`elected\` in dokomodo:iguana`;
    return [{ message, position: at(["dokomodo:notaries", index, "host"]) }];
  });
}
