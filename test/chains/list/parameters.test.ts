import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listOf, only } from "../list";
import recorded from "../ports/data/ports.json";

const chains = Object.values(recorded).flat();

describe("The same parameters make the same chain", () => {
  const numbered = (params: object): Record<string, unknown> => {
    return Object.fromEntries(
      Object.entries(params).map(([key, value]) => {
        const number = Number(value);
        return [key, String(number) === value && Number.isSafeInteger(number) ? number : value];
      }),
    );
  };

  test.each(chains.map(({ params }) => [params.ac_name, params] as const))(
    "%s, written as strings or as numbers",
    (_, params) => {
      expect(only(listOf(numbered(params)))).toEqual(only(listOf(params)));
    },
  );

  test("in JSON or as YAML", () => {
    const yaml = "chains:\n- ac_name: COMMOD\n  ac_reward: 204800000000,100000000\n  ac_eras: 2\n";
    const { position: _, ...chain } = only(yaml);

    expect(
      only(listOf({ ac_name: "COMMOD", ac_reward: "204800000000,100000000", ac_eras: "2" })),
    ).toMatchObject(chain);
  });

  test("with one node or a list of one", () => {
    expect(only(listOf({ ac_name: "BEER", addnode: "1.2.3.4" })).parameterFlags).toEqual(
      only(listOf({ ac_name: "BEER", addnode: ["1.2.3.4"] })).parameterFlags,
    );
  });
});

test("A supply means the same as a number and as a string of digits", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 90_000_000_000 }), (supply) => {
      const chain = only(listOf({ ac_name: "BEER", ac_supply: supply }));

      expect(chain).toEqual(only(listOf({ ac_name: "BEER", ac_supply: String(supply) })));
      expect(chain.parameterFlags).toEqual(["-ac_name=BEER", `-ac_supply=${supply}`]);
    }),
  );
});

test("A list of eras is rendered as written and repeats its last value", () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), { minLength: 1, maxLength: 6 }),
      (rewards) => {
        const written = rewards.join(",");
        const chain = only(listOf({ ac_name: "BEER", ac_eras: 7, ac_reward: written }));
        const repeated = only(
          listOf({ ac_name: "BEER", ac_eras: 7, ac_reward: `${written},${rewards.at(-1)}` }),
        );

        expect(chain.parameterFlags).toContain(`-ac_reward=${written}`);
        expect(chain.magic).toBe(repeated.magic);
      },
    ),
  );
});
