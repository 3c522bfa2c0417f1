import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { processUids } from "../../config/uids";
import { YamlSource } from "../../input/source";
import { developmentStack } from "../components/developmentStack";
import { recordStack } from "../components/recordGraph";

function uidsOf(text: string): number[] {
  const { source } = YamlSource.parse("Pulumi.test.yaml", text);
  if (source === undefined) throw new Error("the text is no YAML");
  return processUids(source);
}

const USUAL = [1000, 3003, 3004, 65534];

test("the usual uids are those of the images and of the proxies", () => {
  expect(uidsOf("config: {}")).toEqual(USUAL);
});

test("users of daemons, of all Iguanas and of one notary's are read", () => {
  const uids = uidsOf(`config:
  dokomodo:daemons: { komodod: { user: "2003:2003" }, litecoind: {} }
  dokomodo:iguana: { user: "2004:2005" }
  dokomodo:notaries: [{ name: east, iguana: { user: "2006:2006" } }, { name: west }]`);
  expect(uids).toEqual([1000, 2003, 2004, 2006, 3003, 3004, 65534]);
});

test("a config with a wrong list of daemons has the usual uids", () => {
  expect(uidsOf("config: { dokomodo:daemons: [] }")).toEqual(USUAL);
});

test("every process of the development stack but root's has one of them", async () => {
  const graph = await recordStack(developmentStack());
  const users = graph.flatMap(({ inputs: { user } }) =>
    typeof user === "string" ? [Number.parseInt(user, 10)] : [],
  );
  expect(users.length).toBeGreaterThan(10);
  const uids = uidsOf(readFileSync(join(__dirname, "..", "..", "Pulumi.dev.yaml"), "utf8"));
  expect(uids).toEqual(expect.arrayContaining(users.filter((uid) => uid !== 0)));
});
