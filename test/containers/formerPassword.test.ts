import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageName, prepareImages } from "../../dev/images/images";
import { docker } from "../../dev/scenes/docker";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import { PROXY_DIRECTORY } from "../../platforms/haproxy/configuration";
import { proxyContainer } from "../../platforms/haproxy/proxy";

const PREFIX = "dkx-former";
const [FORMER, PRESENT] = ["the-one-before", "the-one-now"];
const HOUR = 3_600_000;

/** Answers 200 to the login with the password that /tmp/password holds, and 401 to all others, as a daemon does. */
const DAEMON = `
  const { readFileSync } = require("fs");
  require("http").createServer((request, response) => {
    const login = Buffer.from("dokomodo:" + readFileSync("/tmp/password", "utf8")).toString("base64");
    request.resume().on("end", () => response.writeHead(request.headers.authorization === "Basic " + login ? 200 : 401).end("{}"));
  }).listen(8923, "127.0.0.1");`;

/** Calls over the link as Iguana's proxy does, and prints the status, or "dropped". Its standard input is the password. */
const CALLER = `
  const { readFileSync } = require("fs");
  const [cert, key] = ["authority", "key"].map((name) => readFileSync("/certificates/" + name + ".pem"));
  const options = { port: 7443, method: "POST", auth: "dokomodo:" + readFileSync(0, "utf8"), cert, key, rejectUnauthorized: false, agent: false };
  require("https").request(options, (response) => console.log(response.statusCode))
    .on("error", (error) => console.log(error.code === "ECONNRESET" ? "dropped" : error.message)).end("{}");`;

describe.each(["haproxy", "oldest"])(
  "a daemon's proxy of the image %s, while its password changes",
  (image) => {
    const name = `${PREFIX}-${image}`;
    let folder = "";
    let proxy = "";

    beforeAll(async () => {
      await prepareDocker();
      await prepareImages();
      folder = mkdtempSync(join(tmpdir(), "dokomodo-former-"));
      for (const each of ["proxy", "certificates"]) mkdirSync(join(folder, each), { mode: 0o755 });
      await writeCertificate(join(folder, "certificates"));
      await removeAll();
      const program = ["--entrypoint", "node", "--volume", `${folder}/certificates:/certificates:ro`];
      await docker("run", "--detach", "--name", name, ...program, imageName("node"), "--eval", DAEMON);
    });
    afterAll(async () => {
      await removeAll();
      rmSync(folder, { recursive: true, force: true });
    });

    test("gives the daemon its present password in the place of the former one", async () => {
      await daemonTakes(PRESENT);
      await startProxy(new Date(Date.now() + HOUR));
      expect(await call(FORMER)).toBe("200");
      expect(await call(PRESENT)).toBe("200");
      expect(await call("of-nobody")).toBe("401");
    });

    test("drops calls until the daemon has its present password, so that their callers repeat them", async () => {
      await daemonTakes(FORMER);
      expect(await call(FORMER)).toBe("dropped");
      expect(await call(PRESENT)).toBe("dropped");
      expect(await call("of-nobody")).toBe("401");
    });

    test("refuses the former password when its time is over", async () => {
      await daemonTakes(PRESENT);
      await startProxy(new Date(Date.now() - 1000));
      expect(await call(FORMER)).toBe("401");
      expect(await call(PRESENT)).toBe("200");
    });

    async function startProxy(until: Date): Promise<void> {
      const read = (file: string) => readFileSync(join(folder, "certificates", `${file}.pem`), "utf8");
      const container = proxyContainer(imageName(image), {
        calls: [],
        serves: {
          port: 8923,
          roles: ["iguana"],
          formerPassword: { former: FORMER, user: "dokomodo", present: PRESENT, until },
        },
        identity: {
          role: "chain",
          certificate: read("authority"),
          privateKey: read("key"),
          authority: read("authority"),
        },
      });
      for (const { path, content } of container.files) {
        const text = await new Promise<string>((resolve) => pulumi.output(content).apply(resolve));
        writeFileSync(join(folder, path.replace(PROXY_DIRECTORY, "proxy")), text, { mode: 0o644 });
      }
      if (proxy !== "") await docker("rm", "--force", proxy);
      proxy = `${name}-proxy`;
      const options = [
        "--network",
        `container:${name}`,
        "--volume",
        `${join(folder, "proxy")}:${PROXY_DIRECTORY}:ro`,
      ];
      await docker(
        "run",
        "--detach",
        "--name",
        proxy,
        ...options,
        imageName(image),
        ...container.command.map(String),
      );
      await expect.poll(() => call(PRESENT)).not.toBe("connect ECONNREFUSED 127.0.0.1:7443");
    }

    function daemonTakes(password: string): Promise<string> {
      return docker("exec", name, "sh", "-c", `printf ${password} > /tmp/password`);
    }

    function call(password: string): Promise<string> {
      const script = 'printf "$0" | node --eval "$1"';
      return docker("exec", name, "sh", "-c", script, password, CALLER);
    }

    async function removeAll(): Promise<void> {
      for (const each of [`${name}-proxy`, name]) await docker("rm", "--force", each).catch(() => {});
    }
  },
);

/** Writes a certificate that has signed itself, with the role of Iguana, and its key. */
async function writeCertificate(folder: string): Promise<void> {
  const { execa } = await import("execa");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem"];
  const self = ["-x509", ...key, "-subj", "/CN=anybody/OU=iguana", "-days", "2", "-out", "authority.pem"];
  await execa("openssl", ["req", ...self], { cwd: folder });
  // The user of the image reads it, too.
  chmodSync(join(folder, "key.pem"), 0o644);
}
