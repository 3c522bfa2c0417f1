import { expect, test } from "vitest";
import { electedFile } from "../../notary/electedFile";

const home = "/home/iguana";

test.each([
  [["iguana", "notary"], "elected"],
  [["iguana"], "elected"],
  [["iguana", "notary_nosplit"], "elected"],
  [["iguana", "-port=7000"], "elected"],
  [["iguana", "3rd_party"], "3rd_party"],
  [["/usr/bin/iguana", "nets/3p.json"], "nets/3p.json"],
  [["stdbuf", "-oL", "iguana", "3rd_party"], "3rd_party"],
  [["iguana", `${home}/3p.json`], "3p.json"],
  [["bash", "start.sh"], "elected"],
  [["iguana", "/etc/3p.json"], undefined],
  [["iguana", "../3p.json"], undefined],
])("Iguana that is started as %j reads %s of its home", (command, file) => {
  expect(electedFile({ command, home, directory: home })).toBe(file);
});

test("the file is in the directory in which Iguana is started", () => {
  const at = (directory: string, ...command: string[]) => electedFile({ command, home, directory });
  expect(at(`${home}/dpow`, "iguana", "notary")).toBe("dpow/elected");
  expect(at(`${home}/dpow`, "iguana", "3p")).toBe("dpow/3p");
  expect(at("/home/iguanas", "iguana", "notary")).toBeUndefined();
});
