import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ENTRYPOINT, NOBODY, SHELLS } from "./shells";

const SECRET = "rpcpassword=canary-of-the-conf";

test("there is a shell to test with", () => expect(SHELLS.length).toBeGreaterThan(0));

describe.each(SHELLS)("with %s", (shell, ...shellArguments) => {
  let root = "";
  let run = "";
  let home = "";

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "dokomodo-entrypoint-"));
    run = join(root, "run");
    home = join(root, "home");
    for (const directory of [root, run, home]) {
      mkdirSync(directory, { recursive: true });
      if (NOBODY.uid !== undefined) chownSync(directory, NOBODY.uid, NOBODY.gid ?? 0);
    }
    upload({ ".komodo/BEER/BEER.conf": SECRET, elected: "{}" });
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function upload(files: Readonly<Record<string, string>>): void {
    writeFileSync(join(run, "files"), Object.keys(files).join("\n"));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(run, "home", path)), { recursive: true });
      writeFileSync(join(run, "home", path), content);
    }
  }

  function options(environment: Readonly<Record<string, string>>) {
    return { ...NOBODY, env: { PATH: process.env["PATH"], DOKOMODO_RUN: run, ...environment } };
  }

  function start(command: readonly string[], environment: Readonly<Record<string, string>> = { HOME: home }) {
    const result = spawnSync(shell, [...shellArguments, ENTRYPOINT, ...command], {
      ...options(environment),
      encoding: "utf8",
    });
    expect(result.stdout + result.stderr).not.toContain("canary");
    return result;
  }

  function expectFailure({ status, stderr }: SpawnSyncReturns<string>, code: number, message: RegExp): void {
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^entrypoint: /m);
    expect(status).toBe(code);
  }

  function modeOf(path: string): string {
    return (statSync(join(home, path)).mode & 0o777).toString(8);
  }

  test("writes every file for its user alone, again at each start, and becomes the daemon", () => {
    const umask = process.umask().toString(8).padStart(4, "0");
    const { status, stdout } = start([
      "sh",
      "-c",
      'umask; printf "%s|" "$@"; exit 7',
      "beerd",
      "-ac_name=A B",
      "*",
    ]);
    expect(status).toBe(7);
    expect(stdout).toBe(`${umask}\n-ac_name=A B|*|`);
    expect(readFileSync(join(home, ".komodo/BEER/BEER.conf"), "utf8")).toBe(SECRET);
    expect(readFileSync(join(home, "elected"), "utf8")).toBe("{}");
    for (const file of [".komodo/BEER/BEER.conf", "elected"]) expect(modeOf(file)).toBe("600");
    for (const directory of [".komodo", ".komodo/BEER"]) expect(modeOf(directory)).toBe("700");

    chmodSync(join(home, "elected"), 0o644);
    upload({ ".komodo/BEER/BEER.conf": "rotated", elected: "{}" });
    expect(start(["true"], { HOME: `${home}/` }).status).toBe(0);
    expect(readFileSync(join(home, ".komodo/BEER/BEER.conf"), "utf8")).toBe("rotated");
    expect(modeOf("elected")).toBe("600");
    expect(readdirSync(join(home, ".komodo/BEER"))).toEqual(["BEER.conf"]);
  });

  describe("what the daemon needs", () => {
    const PATH = ".zcash-params/sapling-spend.params";
    const CONTENT = "parameters";
    const DIGEST = createHash("sha256").update(CONTENT).digest("hex");
    let store = "";

    beforeEach(() => {
      store = join(root, "store");
      mkdirSync(store);
      writeFileSync(join(run, "downloads"), `${DIGEST} ${CONTENT.length} ${PATH}\n`);
    });

    const startWith = (content: string | undefined) => {
      if (content !== undefined) writeFileSync(join(store, DIGEST), content);
      return start(["true"], { HOME: home, DOKOMODO_DOWNLOADS: store });
    };

    test("is found at its path by the daemon, again at each start", () => {
      for (let starts = 0; starts < 2; starts += 1) {
        expect(startWith(CONTENT).status).toBe(0);
        expect(readFileSync(join(home, PATH), "utf8")).toBe(CONTENT);
      }
    });

    test.each([
      ["missing", undefined, "it is missing"],
      ["short", "parameter", "it has 9 bytes instead of 10"],
      ["empty", "", "it has 0 bytes instead of 10"],
      ["another", "paRameters", `its SHA-256 is ${createHash("sha256").update("paRameters").digest("hex")}`],
    ])("keeps the daemon from starting if it is %s", (_, content, found) => {
      const result = startWith(content);
      const said = `the daemon needs ~/${PATH} (10 bytes, SHA-256 ${DIGEST}), and ${found}.`;
      expect(result.stderr).toContain(said);
      expectFailure(result, 69, /The daemon was not started\. Run `pulumi up`/);
      expect(existsSync(join(home, PATH))).toBe(false);
    });

    test("is said of every file that is wrong", () => {
      const other = "0".repeat(64);
      writeFileSync(join(run, "downloads"), `${DIGEST} 10 ${PATH}\n${other} 5 .zcash-params/other\n`);
      const { stderr } = startWith(undefined);
      expect(stderr.match(/and it is missing/g)).toHaveLength(2);
    });
  });

  describe("an argument for one start", () => {
    let volume = "";
    let file = "";
    const DAEMON = ["sh", "-c", 'printf "%s|" "$@"', "beerd", "-ac_name=A B"];

    beforeEach(() => {
      volume = join(root, "the volume");
      file = join(volume, ".dokomodo-once");
      mkdirSync(volume);
      if (NOBODY.uid !== undefined) chownSync(volume, NOBODY.uid, NOBODY.gid ?? 0);
      writeFileSync(join(run, "volume"), `${volume}\n`);
    });

    test.each(["-reindex", "-rescan"])("%s is given to the daemon once", (word) => {
      writeFileSync(file, `${word}\n`);
      const { stdout, stderr } = start(DAEMON);
      expect(stdout).toBe(`-ac_name=A B|${word}|`);
      expect(stderr).toBe(`entrypoint: The daemon gets ${word} at this start, as ${file} said.\n`);
      expect(existsSync(file)).toBe(false);
      expect(start(DAEMON)).toMatchObject({ stdout: "-ac_name=A B|", stderr: "" });
    });

    test.each(["-reindex -txindex", "-wallet=/etc", "", "$(reboot)", "-REINDEX"])("%j is none", (words) => {
      writeFileSync(file, `${words}\n-reindex\n`);
      const { stdout, stderr } = start(DAEMON);
      expect(stdout).toBe("-ac_name=A B|");
      expect(stderr).toContain("said neither -reindex nor -rescan, so it was removed");
      expect(existsSync(file)).toBe(false);
    });

    test("is not given if its file stays, because then it would be given for ever", () => {
      writeFileSync(file, "-reindex\n");
      if (NOBODY.uid !== undefined) chownSync(volume, 0, 0);
      chmodSync(volume, 0o555);
      const { stdout, stderr } = start(DAEMON);
      chmodSync(volume, 0o755);
      expect(stdout).toBe("-ac_name=A B|");
      expect(stderr).toBe(
        `entrypoint: ${file} cannot be removed, so the daemon does not get what it says.\n`,
      );
    });

    test("waits for a daemon that can start", () => {
      writeFileSync(file, "-reindex\n");
      expect(start(["no-such-daemon"]).status).toBe(127);
      expect(start(DAEMON).stdout).toBe("-ac_name=A B|-reindex|");
    });

    test("is looked for in no volume that is not named", () => {
      rmSync(join(run, "volume"));
      writeFileSync(file, "-reindex\n");
      expect(start(DAEMON).stdout).toBe("-ac_name=A B|");
      expect(existsSync(file)).toBe(true);
    });
  });

  test("signals reach the daemon", async () => {
    const child = spawn(
      shell,
      [
        ...shellArguments,
        ENTRYPOINT,
        "sh",
        "-c",
        "trap 'exit 9' TERM; echo up; while :; do sleep 0.05; done",
      ],
      options({ HOME: home }),
    );
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGTERM");
    expect(await new Promise((resolve) => child.once("exit", (code) => resolve(code)))).toBe(9);
  });

  test("what a killed start left behind is taken away", () => {
    const left = join(home, "elected.dokomodo-unfinished");
    writeFileSync(left, "half");
    chmodSync(left, 0o444);
    expect(start(["true"]).status).toBe(0);
    expect(existsSync(left)).toBe(false);
    expect(readFileSync(join(home, "elected"), "utf8")).toBe("{}");
  });

  test("a volume that is being copied from another host is not whole, and nothing is written: 75", () => {
    mkdirSync(join(home, ".komodo/.dokomodo-incoming"), { recursive: true });
    writeFileSync(join(run, "volume"), `${join(home, ".komodo")}\n`);
    expectFailure(start(["true"]), 75, /is being copied from another host, and is not whole/);
    expect(readdirSync(join(home, ".komodo"))).toEqual([".dokomodo-incoming"]);
  });

  test("a volume that has arrived as a whole becomes the daemon's own", () => {
    for (const directory of [".komodo", ".komodo/.dokomodo-arrived"]) {
      mkdirSync(join(home, directory));
      if (NOBODY.uid !== undefined) chownSync(join(home, directory), NOBODY.uid, NOBODY.gid ?? 0);
    }
    writeFileSync(join(home, ".komodo/.dokomodo-arrived/part"), "");
    writeFileSync(join(run, "volume"), `${join(home, ".komodo")}\n`);
    expect(start(["true"]).status).toBe(0);
    expect(readdirSync(join(home, ".komodo"))).toEqual([".dokomodo-boot", "BEER"]);
  });

  test("an empty list and an empty line are fine", () => {
    writeFileSync(join(run, "files"), "");
    expect(start(["true"]).status).toBe(0);
    writeFileSync(join(run, "files"), "\nelected\n\n");
    expect(start(["true"]).status).toBe(0);
    expect(existsSync(join(home, "elected"))).toBe(true);
  });

  test.each([
    ["unset", {}],
    ["empty", { HOME: "" }],
    ["relative", { HOME: "home" }],
    ["the root", { HOME: "/" }],
  ])("HOME is %s: 78", (_name, environment) => {
    expectFailure(start(["true"], environment), 78, /HOME is '.*'; it must be .*`home` in the config/);
  });

  test.each(["/etc/passwd", "../elected", ".komodo/../../elected", ".komodo/.."])("lists %s: 78", (path) => {
    writeFileSync(join(run, "files"), `${path}\n`);
    expectFailure(start(["true"]), 78, /only paths below HOME are allowed/);
  });

  test("an uploaded file or the list is missing: 66", () => {
    rmSync(join(run, "home/elected"));
    expectFailure(start(["true"]), 66, /cannot read .*run\/home\/elected, which .*run\/files lists/);
    rmSync(join(run, "files"));
    expectFailure(start(["true"]), 66, /cannot read .*run\/files, the list of files/);
  });

  test("an uploaded file is not readable: 66", () => {
    chmodSync(join(run, "home/elected"), 0o000);
    expectFailure(start(["true"]), 66, /not readable by uid \d+/);
  });

  test("a directory belongs to another user: 73, names it, the uid and the keys to look at", () => {
    mkdirSync(join(home, ".komodo"));
    chmodSync(join(home, ".komodo"), 0o500);
    const result = start(["true"]);
    expectFailure(
      result,
      73,
      /cannot write .*BEER\.conf: .*\/home\/\.komodo is not a directory that uid \d+ may/,
    );
    expect(result.stderr).toContain("`user` and `home`");
    chmodSync(join(home, ".komodo"), 0o700);
  });

  test("the home does not exist and cannot be made: 73", () => {
    chmodSync(root, 0o555);
    const result = start(["true"], { HOME: join(root, "absent") });
    chmodSync(root, 0o755);
    expectFailure(result, 73, new RegExp(`${root} is not a directory that uid`));
  });

  test("a file stands where a directory must be, or the other way round: 73", () => {
    writeFileSync(join(home, ".komodo"), "");
    expectFailure(start(["true"]), 73, /home\/\.komodo is not a directory/);
    rmSync(join(home, ".komodo"));
    mkdirSync(join(home, "elected"));
    expectFailure(start(["true"]), 73, /there is a directory of that name/);
  });

  test("the disk is full: 74, and the conf of before is whole", () => {
    writeFileSync(join(home, "elected"), "before");
    upload({ elected: "x".repeat(4096) });
    // A limit on the size of files stands in for the disk.
    const result = spawnSync(
      "bash",
      ["-c", 'ulimit -f 1; trap "" XFSZ; exec "$@"', "-", shell, ...shellArguments, ENTRYPOINT, "true"],
      { ...options({ HOME: home }), encoding: "utf8" },
    );
    expectFailure(result, 74, /could not write .*elected .*What was there before is unchanged/);
    expect(readFileSync(join(home, "elected"), "utf8")).toBe("before");
    expect(readdirSync(home)).toEqual(["elected"]);
  });

  describe("a volume to which a backup was brought", () => {
    let volume = "";
    const own = () => join(volume, ".dokomodo-backup");
    const lay = (files: Readonly<Record<string, string>>) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(volume, path)), { recursive: true });
        writeFileSync(join(volume, path), text);
      }
    };
    const read = (path: string) => readFileSync(join(volume, path), "utf8");
    const give = () => spawnSync("chown", ["-R", `${NOBODY.uid ?? process.getuid?.()}`, volume]);

    beforeEach(() => {
      volume = join(root, "volume");
      mkdirSync(volume);
      writeFileSync(join(run, "volume"), `${volume}\n`);
      lay({
        "BEER/wallet.dat": "old",
        "BEER/database/log.1": "old",
        "BEER/blocks/blk": "old",
        "BEER/peers": "stays",
      });
    });

    test("has it when the daemon starts, and what was there before beside it", () => {
      const ready = {
        "BEER/wallet.dat": "new",
        "BEER/blocks/blk": "new",
        ".list": "BEER/wallet.dat\nBEER/blocks\n",
      };
      lay(
        Object.fromEntries(
          Object.entries(ready).map(([path, text]) => [`.dokomodo-backup/ready/${path}`, text]),
        ),
      );
      give();
      expect(start(["true"])).toMatchObject({
        status: 0,
        stderr: expect.stringContaining("starts with what was restored"),
      });
      expect(["BEER/wallet.dat", "BEER/blocks/blk", "BEER/peers"].map(read)).toEqual(["new", "new", "stays"]);
      expect(existsSync(join(volume, "BEER/database"))).toBe(false);
      expect(existsSync(join(own(), "ready"))).toBe(false);
      const before = ["BEER/wallet.dat", "BEER/blocks/blk", "BEER/database/log.1"];
      expect(before.map((path) => read(`.dokomodo-backup/before/${path}`))).toEqual(["old", "old", "old"]);
    });

    test("has it also when a start broke off between two renames", () => {
      lay({
        ".dokomodo-backup/ready/.list": "BEER/wallet.dat\nBEER/blocks\n",
        ".dokomodo-backup/ready/BEER/blocks/blk": "new",
        ".dokomodo-backup/before/BEER/wallet.dat": "old",
        ".dokomodo-backup/before/BEER/blocks/blk": "old",
        "BEER/wallet.dat": "new",
      });
      rmSync(join(volume, "BEER/blocks"), { recursive: true });
      give();
      expect(start(["true"]).status).toBe(0);
      expect(["BEER/wallet.dat", "BEER/blocks/blk"].map(read)).toEqual(["new", "new"]);
      expect(
        ["BEER/wallet.dat", "BEER/blocks/blk"].map((path) => read(`.dokomodo-backup/before/${path}`)),
      ).toEqual(["old", "old"]);
    });

    test("holds the daemon while the backup reads its files", async () => {
      lay({ ".dokomodo-backup/hold": "asked\n" });
      give();
      const daemon = spawn(
        shell,
        [...shellArguments, ENTRYPOINT, "echo", "it runs"],
        options({ HOME: home }),
      );
      let output = "";
      daemon.stdout.on("data", (chunk) => {
        output += chunk;
      });
      const ended = new Promise((resolve) => daemon.once("exit", resolve));
      await vi.waitFor(() => expect(existsSync(join(own(), "held"))).toBe(true), { timeout: 5000 });
      expect(output).toBe("");
      rmSync(join(own(), "hold"));
      expect(await ended).toBe(0);
      expect(output).toBe("it runs\n");
      expect(existsSync(join(own(), "held"))).toBe(false);
    });
  });

  test("no daemon, an unknown one, one that may not be executed: 64, 127, 126", () => {
    expectFailure(start([]), 64, /no daemon named/);
    expectFailure(start(["no-such-daemon"]), 127, /no-such-daemon: no such command.*`image` and `command`/);
    const program = join(home, "komodod");
    writeFileSync(program, "#!/bin/sh\n");
    chmodSync(program, 0o600);
    expectFailure(start([program]), 126, /may not execute it/);
    expectFailure(start([join(home, "absent")]), 127, /no such command/);
  });
});
