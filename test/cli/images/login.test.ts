import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loginFor, readDockerConfig } from "../../../cli/images/login";
import { folder, write } from "./folder";

describe("the login for a registry", () => {
  const auth = Buffer.from("operator:hunter:2").toString("base64");
  const operator = { username: "operator", password: "hunter:2" };

  async function login(config: object, registry: string) {
    return loginFor(await readDockerConfig(write("config.json", JSON.stringify(config))), registry);
  }

  test.each([
    ["registry.example:5000", "registry.example:5000"],
    ["https://registry.example/v2/", "registry.example"],
    ["https://index.docker.io/v1/", "docker.io"],
  ])("is the one that docker stores in clear for %s", async (server, registry) => {
    const credentials = { ...operator, serveraddress: server };

    expect(await login({ auths: { [server]: { auth } } }, registry)).toEqual({ kind: "clear", credentials });
    expect(await login({ auths: { [server]: { auth } } }, "other.example")).toBeUndefined();
  });

  test("may be a token", async () => {
    expect(await login({ auths: { "r.example": { auth, identitytoken: "t" } } }, "r.example")).toEqual({
      kind: "clear",
      credentials: { ...operator, serveraddress: "r.example", identitytoken: "t" },
    });
  });

  test("may be in a helper, for one registry or for all", async () => {
    const config = {
      auths: { "r.example": {} },
      credsStore: "desktop",
      credHelpers: { "ecr.example": "ecr-login" },
    };

    expect(await login(config, "r.example")).toEqual({ kind: "helper", helper: "desktop" });
    expect(await login(config, "ecr.example")).toEqual({ kind: "helper", helper: "ecr-login" });
  });

  test("is undefined when nobody has logged in", async () => {
    expect(loginFor(await readDockerConfig(join(folder(), "none.json")), "docker.io")).toBeUndefined();
  });

  test("is not shown when the file is broken", async () => {
    const file = write("config.json", `{ "auths": { "r.example": { "auth": "${auth}" `);

    await expect(readDockerConfig(file)).rejects.toThrow(
      `${file} is not what docker login writes; correct it, or remove it and run docker login again`,
    );
  });
});
