import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { folder, write } from "./images/folder";
import { dokomodo, type Ran } from "./run";

const DIGEST = `sha256:${"0a".repeat(32)}`;

beforeEach(() => {
  write("assetchains.yaml", "chains: []\n");
});

/** Runs the command in the project. DOCKER_HOST names a socket that does not exist. */
function pin(...args: readonly string[]): Ran {
  const env = { HOME: folder(), DOCKER_HOST: `unix://${folder()}/none.sock` };
  return dokomodo(["images", "pin", ...args], "", { cwd: folder(), env });
}

describe("dokomodo images pin --check", () => {
  const pinned = `node:22@${DIGEST}`;

  test("lists every image without a digest, and changes nothing", () => {
    const config = `config:\n  dokomodo:images:\n    pause: pause\n    proxy: ${pinned}\n  dokomodo:iguana: { image: "a/b:1" }\n`;
    write("Pulumi.east.yaml", config);
    write("assetchains.yaml", "chains:\n  - { symbol: KMD }\n  - { ac_name: BEER, image: beer:1 }\n");

    expect(pin("--check")).toEqual({
      status: 1,
      stdout: "",
      stderr:
        "Pulumi.east.yaml:3:12: dokomodo:images.pause is pause, which has no digest\n" +
        "Pulumi.east.yaml:5:29: dokomodo:iguana.image is a/b:1, which has no digest\n" +
        "assetchains.yaml:3:29: chains[1].image is beer:1, which has no digest\n" +
        "3 problems; run npx dokomodo images pin --stack east to look digests up.\n",
    });
    expect(readFileSync(join(folder(), "Pulumi.east.yaml"), "utf8")).toBe(config);
  });

  test("prints one line and succeeds when every image has a digest", () => {
    write("Pulumi.east.yaml", `config: { dokomodo:images: { agent: "${pinned}" }, dokomodo:iguana: {} }\n`);
    write("assetchains.yaml", `chains: [{ symbol: KMD, image: "${pinned}" }]\n`);

    expect(pin("--check")).toEqual({
      status: 0,
      stdout: "all 2 images of Pulumi.east.yaml and assetchains.yaml have a digest\n",
      stderr: "",
    });
  });

  test("cannot be combined with --update", () => {
    expect(pin("--check", "--update")).toMatchObject({ status: 1, stdout: "" });
  });
});

describe("dokomodo images pin", () => {
  test("needs no Docker Engine when all images are pinned, and changes no digest", () => {
    const config = `config:\n  dokomodo:images: { a: "node:22@${DIGEST}", b: node@${DIGEST} }\n`;
    write("Pulumi.east.yaml", config);

    expect(pin()).toEqual({
      status: 0,
      stdout:
        `Pulumi.east.yaml:2:25: node:22@${DIGEST}: already pinned\n` +
        `Pulumi.east.yaml:2:${25 + DIGEST.length + 15}: node@${DIGEST}: already pinned, without a tag\n`,
      stderr: "",
    });
    expect(readFileSync(join(folder(), "Pulumi.east.yaml"), "utf8")).toBe(config);
  });

  test("says so when no image is stated", () => {
    write("Pulumi.east.yaml", "config: { other:key: 1 }\n");

    expect(pin().stdout).toBe("Pulumi.east.yaml and assetchains.yaml state no image\n");
  });

  test.each([
    [
      "that does not answer",
      "unix:///nowhere/docker.sock",
      "the Docker Engine, which asks the registries, does not answer (unix:///nowhere/docker.sock): " +
        "connect ENOENT /nowhere/docker.sock. Start it, or set DOCKER_HOST to one that runs (docker context inspect names it)\n",
    ],
    [
      "behind ssh, because nobody would check its host key",
      "ssh://root@alpha",
      "DOCKER_HOST is ssh://root@alpha, and images are not looked up over ssh. Any Docker Engine that reaches the " +
        "registries will do: set DOCKER_HOST to unix:///path of one's socket\n",
    ],
  ])("uses no engine %s", (_, host, stderr) => {
    write("Pulumi.east.yaml", "config: { dokomodo:iguana: { image: node:22 } }\n");
    const env = { HOME: folder(), DOCKER_HOST: host };

    expect(dokomodo(["images", "pin"], "", { cwd: folder(), env })).toEqual({
      status: 1,
      stdout: "",
      stderr,
    });
  });

  test("reports every value that is no image, with its position", () => {
    write(
      "Pulumi.east.yaml",
      "config:\n  dokomodo:images: { pause: Pause, proxy: 2.6 }\n  dokomodo:iguana: x\n",
    );
    expect(pin().stderr).toBe(
      "Pulumi.east.yaml:2:43: config.dokomodo:images.proxy must be a string; found 2.6\n" +
        'Pulumi.east.yaml:3:20: config.dokomodo:iguana must be a mapping; found "x"\n' +
        "2 problems; nothing was changed.\n",
    );

    write("Pulumi.east.yaml", `config:\n  dokomodo:images: { pause: Pause, proxy: "p@sha256:12" }\n`);
    const must =
      "must be an image: registry/name:tag or registry/name:tag@sha256:<64 hex digits>, in lower case but for the tag";
    expect(pin("--check").stderr).toBe(
      `Pulumi.east.yaml:2:29: dokomodo:images.pause ${must}; found "Pause"\n` +
        `Pulumi.east.yaml:2:43: dokomodo:images.proxy ${must}; found "p@sha256:12"\n` +
        "2 problems; nothing was changed.\n",
    );
  });

  test("changes no file that it cannot read", () => {
    write("Pulumi.east.yaml", "config:\n  dokomodo:iguana: { image: a, image: b }\n");
    expect(pin().stderr).toBe(
      'Pulumi.east.yaml:2:32: the key "image" is here twice, first on line 2; remove one of them\n1 problem; nothing was changed.\n',
    );

    writeFileSync(join(folder(), "Pulumi.east.yaml"), Buffer.from("config: { x: \xe9 }\n", "latin1"));
    expect(pin().stderr).toBe("Pulumi.east.yaml is not text in UTF-8\n1 problem; nothing was changed.\n");

    write("Pulumi.east.yaml", "config: { dokomodo:registry: none.yaml }\n");
    expect(pin().stderr).toBe("none.yaml cannot be read (ENOENT)\n1 problem; nothing was changed.\n");
  });
});
