import { describe, expect, test } from "vitest";
import type { DockerEndpoint } from "../../../platforms/docker/host";
import { explainSsh } from "../../../platforms/docker/sshFailure";

const endpoint: DockerEndpoint = { name: "beta", docker: "ssh://ops@192.0.2.2:2222", ssh: {} };

describe("an error message of ssh", () => {
  test.each([
    ["ssh: connect to host 192.0.2.2 port 2222: Connection timed out", "no answer in 8 s"],
    ["", "no answer in 8 s"],
    ["ssh: connect to host 192.0.2.2 port 2222: Connection refused", "nothing listens on its SSH port"],
    ["ssh: connect to host 192.0.2.2 port 2222: No route to host", "there is no way to it"],
    ["ssh: Could not resolve hostname beta.example: Name or service not known", "its name is not known"],
    ["bash: line 1: docker: command not found", "there is no docker command"],
    [
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
      "its Docker Engine does not run",
    ],
    [
      "failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: no such file or directory",
      "its Docker Engine does not run",
    ],
    [
      "failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: connection refused",
      "its Docker Engine does not run",
    ],
    [
      "failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: permission denied",
      "sudo usermod -aG docker ops",
    ],
    [
      "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
      "sudo usermod -aG docker ops",
    ],
    ["something new", "something new"],
  ])("%j becomes a reason", (said, reason) => {
    expect(explainSsh(said, endpoint)).toContain(reason);
  });

  test("about an unknown key tells the operator to compare the fingerprint", () => {
    const said = "No ED25519 host key is known for [192.0.2.2]:2222 and you have requested strict checking.";
    expect(explainSsh(`${said}\nHost key verification failed.`, endpoint)).toBe(
      "its SSH key is not in ~/.ssh/known_hosts. Compare the fingerprint (ssh-keyscan -p 2222 192.0.2.2 | ssh-keygen -lf -) with the machine's own, then add it (ssh-keyscan -p 2222 192.0.2.2 >> ~/.ssh/known_hosts).",
    );
  });

  test("about a changed key says so, with how to remove the old one", () => {
    const said = "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.";
    expect(explainSsh(said, { ...endpoint, ssh: { knownHosts: "known_hosts" } })).toContain(
      "ssh-keygen -R '[192.0.2.2]:2222' -f known_hosts",
    );
  });

  test("about a refused key names the key", () => {
    const said = "ops@192.0.2.2: Permission denied (publickey).";
    expect(explainSsh(said, { ...endpoint, ssh: { identity: "keys/ops" } })).toContain(
      "it does not let ops in with keys/ops",
    );
  });
});
