/** Explains what an engine said when it could not pull an image, and says what to do. */
export function explainPull(said: string, registry: string, hasLogin: boolean): string {
  const words = said.replace(/\s+/g, " ").trim().replace(/\.$/, "");
  const known = failures(registry, hasLogin).find(([says]) => says.test(words));
  return known === undefined ? `${words}.` : `${known[1]} (${words})`;
}

/**
 * The known failures. The first one that fits counts, because Docker Hub answers with a refusal for a missing image.
 */
function failures(registry: string, hasLogin: boolean): [says: RegExp, meaning: string][] {
  return [
    // It comes first, because it names a file, whose name may have a word of the others.
    [
      /no space left/i,
      "the disk of the host is full. Make room on the one that holds the Docker Root Dir of `docker info`",
    ],
    [
      /toomanyrequests|too many requests|\b429\b/i,
      `${registry} wants fewer requests (429). Wait, ` +
        `or ${hasLogin ? "pull with another login" : "log in"}: dokomodo:registries`,
    ],
    [
      /unauthorized|denied|no basic auth|authentication required|forbidden|\b40[13]\b/i,
      hasLogin
        ? `${registry} refuses the login of dokomodo:registries, or it may not see the image`
        : `${registry} refuses without a login, or has no such image. State a login in dokomodo:registries`,
    ],
    [
      /manifest unknown|name unknown|not found|no such image/i,
      `${registry} has no such image. Are tag and digest right?`,
    ],
    [
      /x509|certificate|tls: /i,
      `the host's Docker Engine does not trust the certificate of ${registry}. Put the certificate of its authority into ` +
        `/etc/docker/certs.d/${registry}/ca.crt there`,
    ],
    [
      /Client\.Timeout|i\/o timeout|deadline exceeded|no word/i,
      `${registry} does not answer the host's Docker Engine`,
    ],
    [/connection refused|no such host|no route|unreachable/i, `${registry} cannot be reached from the host`],
    [/EOF|verification failed|connection reset/i, `the download from ${registry} broke off. Try again`],
  ];
}
