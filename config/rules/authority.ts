import type { Problem } from "../../input/problem";
import type { RuleInput } from "../context";

/** Reports authorities that sign and that nobody trusts. Every link of the node would be refused. */
export function checkAuthority({ nodes, at }: RuleInput): Problem[] {
  return nodes.flatMap(({ node, path }) => {
    const { issuer, clientsIssuer, trusted = [] } = node.authority ?? {};
    const signing = [
      { key: "issuer", generation: issuer },
      { key: "clientsIssuer", generation: clientsIssuer },
    ];
    return signing.flatMap(({ key, generation }): Problem[] => {
      if (generation === undefined || trusted.includes(generation)) return [];
      const message = `authority.${key} of ${node.name} is ${generation}, which is not in its authority.trusted (${trusted.join(", ")}); add it there first`;
      return [{ message, position: at([...path, "authority", key]) }];
    });
  });
}
