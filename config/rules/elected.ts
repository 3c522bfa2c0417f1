import type { Problem } from "../../input/problem";
import type { RuleInput } from "../context";

/**
 * Reports Iguanas without `elected` on platforms whose containers find an empty home at each start. The image cannot
 * bring the file along there, and Iguana ends without it (docs/internals/domain.md, elected).
 */
export function checkElected({ notaries, shares, at }: RuleInput): Problem[] {
  return notaries.flatMap(({ name, host, iguana }, index) => {
    if (shares.of(host)?.hasEmptyHomes !== true || iguana.elected !== undefined) return [];
    const message = `Iguana of notary ${name} finds an empty home at each start on host ${host}, whatever its image has there; state its \`elected\` in dokomodo:iguana`;
    return [{ message, position: at(["dokomodo:notaries", index, "host"]) }];
  });
}
