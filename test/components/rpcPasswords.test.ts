import { describe, expect, test } from "vitest";
import { createRpcPasswords, type RotationArgs } from "../../components/rpcPasswords";
import { recordGraph } from "./recordGraph";

const until = new Date("2026-01-31T23:59:59Z");
const FIRST = "east-beer-rpcpassword";

/** The resources of a daemon's passwords: what each is kept for, its name, and the names that it may have had. */
async function passwords(args: RotationArgs) {
  const graph = await recordGraph(() => void createRpcPasswords("east-beer", args, {}));
  return Object.fromEntries(
    graph.map(({ name, inputs, aliases = [] }) => [Object(inputs["keepers"]).rotation, [name, ...aliases]]),
  );
}

describe("the RPC passwords of a daemon", () => {
  test("are one resource if no former one is stated, whose name it had before it had names of rotations", async () => {
    expect(await passwords({})).toEqual({ undefined: [FIRST] });
    expect(await passwords({ rotation: "2" })).toEqual({ 2: [`${FIRST}-d4735e3a`, FIRST] });
  });

  test("are two while callers may use the former one, which is the one that was there", async () => {
    const first = await passwords({ rotation: "2", rotatedFrom: { until } });
    expect(first).toEqual({ undefined: [FIRST], 2: [`${FIRST}-d4735e3a`] });
    const second = await passwords({ rotation: "3", rotatedFrom: { rotation: "2", until } });
    expect(second).toEqual({ 2: [`${FIRST}-d4735e3a`, FIRST], 3: [`${FIRST}-4e074085`] });
  });
});
