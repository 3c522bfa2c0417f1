import { describe, expect, it } from "vitest";
import { proxyConfiguration } from "../../platforms/proxy";

const call = { name: "east-kmd", port: 7771, to: { hostname: "east-kmd", port: 7443 } };

/** The lines of one section, without indentation. */
function section(configuration: string, head: string): string[] {
  const text = configuration.split("\n\n").find((block) => block.startsWith(head)) ?? "";
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}

describe("the proxy's configuration", () => {
  it("listens for outbound calls on loopback alone and checks the callee's name", () => {
    const [bind, server] = section(proxyConfiguration([call], undefined), "listen call-east-kmd");
    expect(bind).toBe("bind 127.0.0.1:7771");
    expect(server).toContain("server east-kmd east-kmd:7443 ssl");
    expect(server).toContain("verify required verifyhost east-kmd");
  });

  it("lets in only certificates of its authority that carry an allowed role", () => {
    const lines = section(
      proxyConfiguration([], { port: 8923, roles: ["iguana", "operator"] }),
      "listen serve",
    );
    expect(lines[0]).toMatch(/^bind :7443 ssl .* verify required/);
    expect(lines[1]).toBe("http-request silent-drop unless { ssl_c_s_dn(OU) -m str iguana operator }");
    expect(lines[2]).toBe("server daemon 127.0.0.1:8923 maxconn 32");
  });

  it("serves nobody where nobody may call", () => {
    expect(proxyConfiguration([call], undefined)).not.toContain("listen serve");
  });

  it("never answers an error page, which Iguana would parse as an answer", () => {
    const defaults = section(proxyConfiguration([], undefined), "defaults");
    for (const status of [408, 500, 502, 503, 504])
      expect(defaults).toContain(`errorfile ${status} /dev/null`);
  });

  it("repeats only what was never sent", () => {
    expect(section(proxyConfiguration([], undefined), "defaults")).toContain("retry-on conn-failure");
  });
});
