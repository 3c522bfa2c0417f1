import { expect, test } from "vitest";
import { powerless } from "../../../platforms/docker/logins";

const GROUPS = "docker:x:998:carl,dora\nsudo:x:27:\n";

test.each([
  ["ann:x:3003:3003::/home/ann:/bin/bash", [{ name: "ann", uid: 3003 }]],
  ["ann:x:3003:3003::/home/ann:", [{ name: "ann", uid: 3003 }]],
  ["nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin", []],
  ["komodo:x:3003:3003::/home/komodo:/bin/false", []],
  ["carl:x:1000:1000::/home/carl:/bin/bash", []],
  ["erik:x:1000:998::/home/erik:/bin/bash", []],
  ["", []],
])("the users who can log in but may not use Docker are read from %j", (passwd, logins) => {
  expect(powerless(`${passwd}\n`, GROUPS)).toEqual(logins);
});

test("a host without one of the groups has no member of it", () => {
  expect(powerless("ann:x:3003:3003::/home/ann:/bin/sh", "")).toEqual([{ name: "ann", uid: 3003 }]);
});
