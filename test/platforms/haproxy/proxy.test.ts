import { describe, expect, test } from "vitest";
import { SPACED } from "../../../platforms/haproxy/attempts";
import { proxyConfiguration } from "../../../platforms/haproxy/proxy";

const to = { name: "east-kmd", hostname: "east-kmd", port: 7443, remote: false };
const call = { name: "east-kmd", port: 7771, to };

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
  test("listens for outbound calls only on loopback, and checks the callee's name", () => {
    const configuration = proxyConfiguration([call], undefined);
    const lines = section(configuration, "listen call-east-kmd");
    expect(lines[0]).toBe("bind 127.0.0.1:7771 thread 1");
    expect(lines.at(-1)).toBe("server attempt abns@attempt-east-kmd");
    const [bind, ...attempt] = section(configuration, "listen attempt-east-kmd");
    const server = attempt.at(-1);
    expect(bind).toBe("bind abns@attempt-east-kmd thread 1");
    expect(server).toContain("server east-kmd east-kmd:7443 ssl");
    expect(server).toContain("verify required verifyhost east-kmd");
  });

  test("lets in only certificates of its authority that have an allowed role", () => {
    const lines = section(
      proxyConfiguration([], { port: 8923, roles: ["iguana", "operator"] }),
      "listen serve",
    );
    expect(lines[0]).toMatch(/^bind :7443 thread 2 ssl .* verify required/);
    expect(lines).toContain("http-request silent-drop unless { ssl_c_s_dn(OU) -m str iguana operator }");
    expect(lines.at(-1)).toBe("server daemon 127.0.0.1:8923 maxconn 32");
  });

  test("lets in only the callers that it is told, and states who calls, whatever the caller says", () => {
    const serves = { port: 7785, roles: ["client"], callers: { wallet: "wallet-12" } };
    const lines = section(proxyConfiguration([], serves), "listen serve");
    const callers = "ssl_c_s_dn(CN),map_str(/run/dokomodo/proxy/callers)";
    expect(lines).toEqual(
      expect.arrayContaining([
        "http-request silent-drop unless { ssl_c_s_dn(OU) -m str client }",
        `http-request silent-drop unless { ${callers} -m found }`,
        `http-request set-header X-Dokomodo-Client %[${callers}]`,
      ]),
    );
  });

  test("takes a former password of an HTTP daemon until a time in seconds", () => {
    const formerPassword = { former: "a", user: "me", present: "b", until: new Date(1_800_000_000_999) };
    const lines = section(
      proxyConfiguration([], { port: 8923, roles: ["iguana"], formerPassword }),
      "listen serve",
    );
    const login = "http_auth_pass,map_str(/run/dokomodo/proxy/logins)";
    expect(lines).toContain(`http-request set-var(txn.login) ${login} if { date() lt 1800000000 }`);
    expect(lines.join()).not.toMatch(/\b[ab]\b/);
  });

  test("sends a call that may spend only once", () => {
    const configuration = proxyConfiguration([{ ...call, repeats: false }], undefined);
    expect(configuration).not.toContain("empty-response");
    expect(section(configuration, "defaults")).toContain("retry-on conn-failure");
  });

  test("serves nobody when nobody may call", () => {
    expect(proxyConfiguration([call], undefined)).not.toContain("listen serve");
  });

  test("never answers an error page, which Iguana would parse as an answer", () => {
    const defaults = section(proxyConfiguration([], undefined), "defaults");
    for (const status of [408, 500, 502, 503, 504])
      expect(defaults).toContain(`errorfile ${status} /dev/null`);
  });

  test("repeats a call that could not be sent or got no answer, as Iguana does itself", () => {
    const configuration = proxyConfiguration([call], { port: 8923, roles: ["iguana"] });
    expect(section(configuration, "listen call-east-kmd")).toContain("retry-on conn-failure empty-response");
    // The callee's proxy leaves this to the caller's proxy, because otherwise attempts would multiply.
    expect(section(configuration, "defaults")).toContain("retry-on conn-failure");
    expect(section(configuration, "listen serve").filter((line) => line.startsWith("retry-on"))).toEqual([]);
  });

  test("drops a 503, and a 500 that is no answer of the RPC, on both sides", () => {
    const configuration = proxyConfiguration([call], { port: 8923, roles: ["iguana"] });
    for (const head of ["listen attempt-east-kmd", "listen serve"]) {
      expect(section(configuration, head)).toEqual(
        expect.arrayContaining([
          "http-response deny if { status 503 }",
          "http-response deny if { status 500 } !{ res.hdr(content-type) -m beg application/json }",
        ]),
      );
    }
  });

  test("limits strangers in time, rate and number, and separates them from the workload's own calls", () => {
    const configuration = proxyConfiguration([call], { port: 8923, roles: ["iguana"] });
    const serve = section(configuration, "listen serve");
    expect(serve).toEqual(expect.arrayContaining(["timeout client 5s", "maxconn 4608"]));
    expect(section(configuration, "global")).toContain("maxconn 5120");
    expect(serve.filter((line) => line.startsWith("tcp-request connection"))).toEqual([
      "tcp-request connection track-sc0 src",
      "tcp-request connection reject if { sc0_gpc0_rate ge 300 }",
      "tcp-request connection reject if { fe_conn gt 4096 } { sc0_conn_cur gt 256 }",
      "tcp-request connection sc-inc-gpc0(0)",
    ]);
  });

  test("connects to a plain TCP daemon only when it has a whole request, and only once at a time", () => {
    const serves = { port: 7776, roles: ["operator"], protocol: "tcp" } as const;
    const lines = section(proxyConfiguration([], serves), "listen serve");
    const order = ["tcp-request content reject unless", "tcp-request content accept", "server daemon"];
    const places = order.map((start) => lines.findIndex((line) => line.startsWith(start)));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(lines.at(-1)).toBe("server daemon 127.0.0.1:7776 maxconn 1");
  });

  test("calls a workload of another host at its address, under the workload's own name", () => {
    const remote = { ...call, to: { ...to, hostname: "192.0.2.7", remote: true } };
    const lines = section(proxyConfiguration([remote], undefined), "listen attempt-east-kmd");
    expect(lines.at(-1)).toMatch(
      /^server east-kmd 192\.0\.2\.7:7443 ssl .* verifyhost east-kmd sni str\(east-kmd\)/,
    );
    expect(lines.at(-1)).not.toContain("resolvers");
  });

  test("detects that the host at the other end of a connection is gone", () => {
    const remote = { ...call, to: { ...to, hostname: "192.0.2.7", remote: true } };
    const lines = section(proxyConfiguration([remote], undefined), "listen attempt-east-kmd");
    expect(lines).toContain("option srvtcpka");
    expect(lines.at(-1)).toContain("tcp-ut 15s");
  });

  test("holds a call to another host for about as long as one to its own", () => {
    const remote = { ...call, to: { ...to, hostname: "192.0.2.7", remote: true } };
    const lines = section(proxyConfiguration([remote], undefined), "listen attempt-east-kmd");
    expect(lines).toEqual(expect.arrayContaining(["timeout connect 2s", "retries 20", ...SPACED]));
  });

  test("calls an external daemon under its own name, over TLS when the url says so", () => {
    const configuration = proxyConfiguration(
      [
        { name: "east-far", port: 21001, to: { url: "https://far.example:8443", authority: "PEM" } },
        { name: "east-near", port: 21003, to: { url: "http://192.0.2.9:9332" } },
      ],
      undefined,
    );
    const far = section(configuration, "listen attempt-east-far");
    expect(far).toContain("http-request set-header Host far.example:8443");
    expect(far.at(-1)).toContain(
      "server east-far far.example:8443 ssl verify required ca-file /run/dokomodo/proxy/east-far.pem verifyhost far.example",
    );
    const near = section(configuration, "listen attempt-east-near").at(-1);
    expect(near).toMatch(/^server east-near 192\.0\.2\.9:9332 /);
    expect(near).not.toContain("ssl");
  });
});
