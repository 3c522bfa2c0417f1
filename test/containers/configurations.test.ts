import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageName, prepareImages } from "../../dev/images/images";
import { docker } from "../../dev/scenes/docker";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import { PROXY_DIRECTORY, PROXY_USER } from "../../platforms/haproxy/configuration";
import { gatewayConfiguration } from "../../platforms/haproxy/gateway";
import { proxyConfiguration } from "../../platforms/haproxy/proxy";

const to = (name: string) => ({ name, hostname: name, port: 7443, remote: false });

/** One of each kind that is made, keyed by what it is for. */
const CONFIGURATIONS = {
  "calls of every kind, and an HTTP daemon": proxyConfiguration(
    [
      { name: "here", port: 7101, to: to("here") },
      { name: "remote", port: 7102, to: { ...to("remote"), hostname: "192.0.2.7", remote: true } },
      { name: "far", port: 7103, to: { url: "https://far.example:8443", authority: "a certificate" } },
      { name: "public", port: 7104, to: { url: "https://public.example" } },
      { name: "plain", port: 7105, to: { url: "http://192.0.2.9:9332" } },
    ],
    { port: 8923, roles: ["iguana", "operator"] },
  ),
  "no call, and a TCP daemon": proxyConfiguration([], { port: 7776, roles: ["operator"], protocol: "tcp" }),
  "a daemon that had another password": proxyConfiguration([], {
    port: 8923,
    roles: ["iguana"],
    formerPassword: { former: "a", user: "dokomodo", present: "b", until: new Date() },
  }),
  "a gateway on Docker": gatewayConfiguration("east", undefined, "127.0.0.11:53"),
  "a gateway on Kubernetes": gatewayConfiguration("east", "east.svc.cluster.local"),
};

describe.each(["haproxy", "oldest"])("the HAProxy of the image %s", (image) => {
  let parent = "";
  let folder = "";

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    parent = mkdtempSync(join(tmpdir(), "dokomodo-configurations-"));
    folder = join(parent, "proxy");
    mkdirSync(folder, { mode: 0o755 });
    await writeCertificates(folder);
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  test.each(Object.entries(CONFIGURATIONS))("accepts %s, without a warning", async (_, configuration) => {
    await check(configuration);
  });

  test("would say if it had a warning", async () => {
    const configuration = gatewayConfiguration("east").replace("timeout connect 1s", "");
    await expect(check(configuration)).rejects.toThrow("missing timeouts");
  });

  /** Rejects if HAProxy finds a fault. `-dW` makes faults of warnings. */
  async function check(configuration: string): Promise<void> {
    writeFileSync(join(folder, "haproxy.cfg"), configuration, { mode: 0o644 });
    const files = ["--volume", `${folder}:${PROXY_DIRECTORY}:ro`, "--user", PROXY_USER];
    const command = ["haproxy", "-dW", "-c", "-f", `${PROXY_DIRECTORY}/haproxy.cfg`];
    await docker("run", "--rm", ...files, imageName(image), ...command);
  }
});

async function writeCertificates(folder: string): Promise<void> {
  const { execa } = await import("execa");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem"];
  const self = ["-x509", ...key, "-subj", "/CN=anybody", "-days", "2", "-out", "authority.pem"];
  await execa("openssl", ["req", ...self], { cwd: folder });
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  for (const [file, text] of Object.entries({
    "authority.pem": read("authority.pem"),
    "far.pem": read("authority.pem"),
    "identity.pem": read("authority.pem") + read("key.pem"),
    logins: "a b\n",
  }))
    writeFileSync(join(folder, file), text, { mode: 0o644 });
}
