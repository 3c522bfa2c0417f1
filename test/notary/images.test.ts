import { describe, expect, test } from "vitest";
import { imagesOn } from "../../notary/images";
import { ALPHA, CONFIG, DIGEST, EAST, exchanged, load, messages } from "../config/stackFiles";

const NODE = "    - { name: explorer, host: alpha, chains: [KMD, LTC] }\n";

const BETA = '    - { name: beta, docker: "ssh://ops@192.0.2.2", address: 192.0.2.2 }\n';

function imagesOf(entry: string, passphrases?: Record<string, string>): [string, string[]][] {
  const config = exchanged(CONFIG, [ALPHA, ALPHA + BETA], [EAST, `${EAST}  dokomodo:nodes:\n${entry}`]);
  const loaded = load(config, passphrases);
  expect(messages(loaded)).toEqual([]);
  if (!loaded.ok) throw new Error("the stack did not load");
  const [node] = loaded.value.nodes;
  if (node === undefined) throw new Error("the stack has no node");
  return [...imagesOn("alpha", node, loaded.value.images)].map(([image, uses]) => [
    image.replace(`@${DIGEST}`, ""),
    uses,
  ]);
}

describe("the images of a node on its host", () => {
  const offset = (entry: string) => entry.replace(" }", ", portOffset: 100 }");

  test("are those of its daemons and proxies, of its agent, and of the program that fetches what komodod needs", () => {
    expect(imagesOf(offset(NODE))).toEqual([
      ["haproxy", ["proxy"]],
      ["komodod", ["explorer-kmd"]],
      ["litecoind", ["explorer-ltc"]],
      ["node", ["provision", "explorer-agent"]],
    ]);
  });

  test("have the agent's among them, also if all daemons are elsewhere", () => {
    const elsewhere = "    - { name: explorer, host: alpha, chains: [LTC: beta] }\n";
    expect(imagesOf(offset(elsewhere))).toContainEqual(["node", ["explorer-agent"]]);
  });

  test("have the filter's among them, if it has clients", () => {
    const clients = offset(NODE).replace(" }", ", clients: [{ name: wallet, chains: [KMD] }] }");
    expect(imagesOf(clients)).toContainEqual(["node", ["provision", "explorer-agent", "explorer-clients"]]);
  });
});
