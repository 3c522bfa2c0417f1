import { z } from "zod";
import { messageOf } from "../../input/messageOf";
import { withoutPasswords } from "../../input/wording";
import { type NetworkFault, networkFault } from "../networkFault";
import { opensslWords } from "../opensslWords";

/**
 * Explains why a call of a cluster failed, and says what to do, on one line that ends with a full stop or a question
 * mark. It quotes no credentials. The text completes "cluster alpha at https://… does not answer: …".
 */
export function explainCall(error: unknown): string {
  const refusal = refused.safeParse(error);
  if (refusal.success) return explainRefusal(refusal.data);
  const message = messageOf(error);
  const words = quoted(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // The error quotes a part of what is no JSON: an answer, or the output of an exec plugin.
  if (error instanceof SyntaxError)
    return `the cluster, or the kubeconfig's exec plugin, gave no JSON. ${TRY}`;
  if (/is not a legal HTTP header value/.test(message)) return UNFIT_TOKEN;
  const said = `${code} ${message}`;
  const own = KUBECONFIG_FAILURES.find(([says]) => says.test(said));
  const fault = networkFault(said);
  const [meaning, advice] = own?.[1] ?? (fault === undefined ? [] : NETWORK_FAILURES[fault]);
  return meaning === undefined ? `${words}. ${TRY}` : `${meaning} (${words}). ${advice}`;
}

const TRY = "Does kubectl get an answer with the same kubeconfig (kubectl version)?";
const UNFIT_TOKEN =
  "the kubeconfig's token or password has a character that no header may have, such as a line break at its end. " +
  "Remove that character.";

/** What went wrong, in the words of Node or of the exec plugin, without the credentials of the call. */
function quoted(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : "";
  const [line = ""] = opensslWords(messageOf(error)).split("\n");
  return withoutCredentials(`${line}${cause}`).replace(/\.$/, "");
}

function withoutCredentials(text: string): string {
  return withoutPasswords(text.replaceAll(/\b(Bearer|Basic) \S+/g, "$1 …"));
}

/** An ApiException. Its own message has several lines, with the headers of the answer. */
const refused = z.object({ code: z.number(), body: z.unknown() });

/** The answer with which an API server refuses a call. */
const status = z.object({ message: z.string() });

function explainRefusal({ code, body }: z.infer<typeof refused>): string {
  if (code === 401) {
    return "it does not take the kubeconfig's credentials (401). Log in to the cluster again, or state another context.";
  }
  const said = withoutCredentials(wordsOf(body));
  const words = said === "" ? `HTTP ${code}` : `${said} (${code})`;
  // A quota, or an admission rule, refuses with 403 as well.
  if (code === 403 && (said === "" || /\bcannot \S+ resource\b/.test(said))) {
    return `its user may not do this: ${words}. Grant a role with this right, or state another context.`;
  }
  if (code === 429 || code >= 500)
    return `it cannot do this now: ${words}. Try again when its API server is well.`;
  return `it refuses this: ${words}. Change what it names, or the rule of the cluster that refuses it.`;
}

function wordsOf(body: unknown): string {
  try {
    const { message } = status.parse(typeof body === "string" ? JSON.parse(body) : body);
    return message.replace(/\s+/g, " ").trim().replace(/\.$/, "");
  } catch {
    // A page of a proxy that stands before the API server is of no use to anybody.
    return "";
  }
}

type Explanation = readonly [meaning: string, advice: string];

/** Failures of what the kubeconfig states. The expressions are for an error's code and message. */
const KUBECONFIG_FAILURES: readonly (readonly [says: RegExp, explanation: Explanation])[] = [
  [
    /spawn \S+ E[A-Z]+/,
    [
      "the kubeconfig's exec plugin cannot be run",
      "Install it, or correct the command of `exec` in the kubeconfig.",
    ],
  ],
  [
    /\b(ENOENT|EACCES|EISDIR)\b.*\b(open|read)\b/,
    [
      "a file that the kubeconfig names cannot be read",
      "Put it there, let your user read it, or correct the kubeconfig.",
    ],
  ],
  [
    /absolute base url|HTTP protocol is not allowed/,
    [
      "`server` in the kubeconfig is not usable",
      "It has to be an address such as https://198.51.100.10:6443.",
    ],
  ],
];

const NETWORK_FAILURES: Readonly<Record<NetworkFault, Explanation>> = {
  refused: ["nothing listens there", "Is its API server up, and `server` in the kubeconfig right?"],
  "unknown name": [
    "its name is not known",
    "Correct `server` in the kubeconfig, or check the name servers of this machine.",
  ],
  "no way": [
    "there is no way to it",
    "Is the cluster up, its address right, and the VPN on if it needs one?",
  ],
  silence: [
    "it is silent",
    "Is the cluster up, its port open in the firewall, and the VPN on if it needs one?",
  ],
  "other name in certificate": [
    "its certificate is for another name",
    "State in `server` of the kubeconfig an address that the certificate has.",
  ],
  "certificate not valid now": [
    "its certificate is not valid now",
    "Renew it in the cluster, and check the clocks of both machines.",
  ],
  "other authority": [
    "its certificate is not from the authority of the kubeconfig",
    "Take a new kubeconfig from the cluster, if it was set up anew. Otherwise `server` leads to something else.",
  ],
  "own certificate refused": [
    "it refuses the kubeconfig's client certificate",
    "Take a new kubeconfig from the cluster.",
  ],
  "own certificate unusable": [
    "the kubeconfig's client certificate or key cannot be used",
    "Both have to be in PEM, and the key has to be that of the certificate.",
  ],
  "no TLS": ["what answers there does not speak TLS", "Correct `server` in the kubeconfig."],
  "broken off": [
    "the connection broke off",
    "Try again. If that does not help, look at what stands between, and at the log of the API server.",
  ],
};
