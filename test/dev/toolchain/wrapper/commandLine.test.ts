import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../../../dev/toolchain/wrapper/commandLine";

describe("the arguments of pulumi", () => {
  test.each([
    ["up", { mayCreate: false }],
    ["up --yes --stack dev", { stack: "dev", mayCreate: false }],
    ["up --stack=dev", { stack: "dev", mayCreate: false }],
    ["up -sdev", { stack: "dev", mayCreate: false }],
    ["up -s east -s dev", { stack: "dev", mayCreate: false }],
    ["preview -s organization/dokomodo/dev", { stack: "organization/dokomodo/dev", mayCreate: false }],
    ["config set --secret key -- -s", { mayCreate: false }],
    ["-C elsewhere up", { directory: "elsewhere", mayCreate: false }],
    ["up --cwd=elsewhere", { directory: "elsewhere", mayCreate: false }],
    ["up --stack", { mayCreate: false }],
    ["stack init dev", { stack: "dev", mayCreate: true }],
    ["stack new dev", { stack: "dev", mayCreate: true }],
    ["--non-interactive stack select --create -s dev", { stack: "dev", mayCreate: true }],
    ["stack select dev --create", { stack: "dev", mayCreate: true }],
    ["stack init --copy-config-from dev", { mayCreate: true }],
    ["stack init east --copy-config-from dev", { stack: "east", mayCreate: true }],
    ["new --force", { mayCreate: true }],
    ["new typescript", { mayCreate: true }],
  ])("%s", (line, expected) => {
    expect(readCommandLine(line.split(" "))).toEqual(expected);
  });

  test.each(["-v 9 stack new east", "--color never stack init east", "--unheard-of dev stack select east"])(
    "are no stack, and not the selected one, where an option hides what is created: %s",
    (line) => {
      expect(readCommandLine(line.split(" "))).toEqual({ mayCreate: true });
    },
  );

  test.each(["stack init --unheard-of dev east", "stack init east --unheard-of dev"])(
    "are no stack where an unknown option may have a value: %s",
    (line) => {
      expect(readCommandLine(line.split(" "))).toEqual({ mayCreate: true });
    },
  );
});
