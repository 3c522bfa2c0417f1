/** Why a call over the network had no answer. The names are for messages; each platform says what to do. */
export type NetworkFault =
  | "refused"
  | "unknown name"
  | "no way"
  | "silence"
  | "other name in certificate"
  | "certificate not valid now"
  | "other authority"
  | "own certificate refused"
  | "own certificate unusable"
  | "no TLS"
  | "broken off";

/** The expressions are for an error's code and message, as Node writes them. The first one that fits counts. */
const FAULTS: readonly (readonly [says: RegExp, fault: NetworkFault])[] = [
  [/\bECONNREFUSED\b/, "refused"],
  [/\bENOTFOUND\b|\bEAI_AGAIN\b/, "unknown name"],
  [/\bEHOSTUNREACH\b|\bENETUNREACH\b/, "no way"],
  [/\bETIMEDOUT\b|no answer in/, "silence"],
  [/\bERR_TLS_CERT_ALTNAME_INVALID\b/, "other name in certificate"],
  [/\bCERT_HAS_EXPIRED\b|\bCERT_NOT_YET_VALID\b/, "certificate not valid now"],
  [/SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|\bCERT_/, "other authority"],
  [
    /\balert (bad certificate|unknown ca|unsupported certificate|certificate|handshake|access)/i,
    "own certificate refused",
  ],
  [/\bERR_OSSL_/, "own certificate unusable"],
  [/\bEPROTO\b|\bERR_SSL_/, "no TLS"],
  [/\bECONNRESET\b|\bEPIPE\b|socket hang up/, "broken off"],
];

/**
 * The fault that an error of Node is about; undefined if it is none of these.
 *
 * @param said the error's code and message
 * @example networkFault("ECONNREFUSED connect ECONNREFUSED 127.0.0.1:2376"); // "refused"
 */
export function networkFault(said: string): NetworkFault | undefined {
  return FAULTS.find(([says]) => says.test(said))?.[1];
}
