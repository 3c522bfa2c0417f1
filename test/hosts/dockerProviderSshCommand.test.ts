import { describe, expect, test } from "vitest";
import { checkConfig } from "../../dev/standIns/providers/docker/address";
import { sshArguments } from "../../dev/standIns/providers/docker/sshCommand";
import { reasonIn } from "../../dev/standIns/providers/docker/sshStderr";

describe("the command line of an ssh host", () => {
  const closing = ["--", "one.example", "docker system dial-stdio"];

  test("is docker's own: first what the URL states, then sshOpts, then the defaults", () => {
    expect(sshArguments("ssh://ops@one.example:2222", ["-i", "key"])).toEqual([
      ...["-l", "ops", "-p", "2222", "-i", "key", "-o", "ConnectTimeout=30", "-T"],
      ...closing,
    ]);
  });

  test("leaves the user and the port to ssh's own config when the URL states none", () => {
    expect(sshArguments("ssh://one.example", [])).toEqual(["-o", "ConnectTimeout=30", "-T", ...closing]);
  });

  test.each([[["-o", "ConnectTimeout=10", "-T"]], [["-oConnectTimeout=10", "-T"]]])(
    "keeps ConnectTimeout and -T of sshOpts: %s",
    (options) => {
      expect(sshArguments("ssh://one.example", options)).toEqual([...options, ...closing]);
    },
  );

  test("accepts an IPv6 address, and a user with escaped characters", () => {
    const options = ["-o", "ConnectTimeout=5", "-T"];
    const remote = ["--", "2001:db8::7", "docker system dial-stdio"];
    expect(sshArguments("ssh://a%40b@[2001:db8::7]", options)).toEqual(["-l", "a@b", ...options, ...remote]);
  });

  test.each([
    ["ssh://one.example/run/user/1000/docker.sock", "'--host=unix:///run/user/1000/docker.sock' "],
    ["ssh://one.example/run/it's%20here.sock", "'--host=unix:///run/it'\\''s here.sock' "],
    ["ssh://one.example/", ""],
  ])("takes the engine's socket from the path of %s", (host, option) => {
    expect(sshArguments(host, []).at(-1)).toBe(`docker ${option}system dial-stdio`);
  });
});

describe("a provider's inputs", () => {
  const reasons = (inputs: Record<string, string>) => checkConfig(inputs).map(({ reason }) => reason);

  test("are accepted with an ssh host and a list of options in the SDK's form", () => {
    expect(reasons({ host: "ssh://ops@one.example", sshOpts: '["-i","key"]' })).toEqual([]);
  });

  test.each([
    [{ host: "ssh://" }, '"ssh://" is no Docker host: it has no host name'],
    [{ host: "ssh://one.example?x=1" }, "it must not have a ? or a #"],
    [{ host: "ssh://one.example:port" }, "it cannot be read as a URL. Use ssh://user@name"],
    [
      { host: "ssh://one.example", sshOpts: "-i key" },
      "sshOpts: Invalid input: expected array, received string",
    ],
    [{ host: "ssh://one.example", certPath: "/certs" }, "Certificates are only for tcp:// hosts"],
    [{ host: "tcp://one.example", certPath: "/certs" }, "/certs/ca.pem cannot be read: ENOENT"],
    [
      { host: "tcp://one.example", certPath: "/certs", caMaterial: "x" },
      "state either certPath or the materials",
    ],
    [
      { host: "unix:///s", caMaterial: "x", certMaterial: "x", keyMaterial: "x" },
      "Certificates are only for tcp:// hosts",
    ],
  ])("are refused: %j", (inputs, message) => {
    expect(reasons(inputs)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    "ssh://ops:canary-31fd@one.example",
    "ssh://:canary-31fd@",
    "ssh://ops:canary-31fd@one.example:port",
  ])("with a password are refused, and the password is not shown: %s", (host) => {
    expect(reasons({ host })).toEqual([expect.stringContaining("must not have a password")]);
    expect(reasons({ host }).join()).not.toContain("canary-31fd");
  });
});

describe("the reason in what ssh said", () => {
  test.each([
    [
      "its last line",
      "Pseudo-terminal will not be allocated.\r\nssh: Could not resolve hostname one\r\n",
      "ssh: Could not resolve hostname one",
    ],
    [
      "not what it says on the way",
      "bash: docker: command not found\ndebug1: Exit status 127\n",
      "bash: docker: command not found",
    ],
    [
      "not that a connection cannot be shared",
      "Permission denied\nControlSocket /c/1 already exists, disabling multiplexing\r\n",
      "Permission denied",
    ],
    ["undefined when it said nothing", "\r\n", undefined],
  ])("is %s", (_, stderr, reason) => {
    expect(reasonIn(stderr)).toBe(reason);
  });
});
