import { constants } from "node:crypto";

/** The name under which both sides know the secret. */
export const IDENTITY = "dokomodo transfer";

/**
 * TLS with a secret that both sides know, and without certificates (RFC 7905). Node offers it up to TLS 1.2. The keys of a
 * connection are forgotten with it, so nobody who learns the secret later can read what was recorded.
 */
export const tlsOptions = {
  ciphers: "ECDHE-PSK-CHACHA20-POLY1305",
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.2",
  secureOptions: constants.SSL_OP_NO_TICKET,
} as const;
