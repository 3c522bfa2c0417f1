import { changedKeys, type Difference, type Properties } from "../provider";

const hour = 3_600_000;

/**
 * Whether a certificate ends within `earlyRenewalHours`. The official provider then plans a replacement because of
 * readyForRenewal (modifyPlanIfCertificateReadyForRenewal, common_cert.go).
 */
export function readyForRenewal(state: Properties, earlyRenewalHours: unknown): boolean {
  const end = Date.parse(String(state["validityEndTime"]));
  return end - Number(earlyRenewalHours ?? 0) * hour <= Date.now();
}

/** Only the input `earlyRenewalHours` changes in place, because it is not in the certificate. */
export function certificateDifference(
  state: Properties,
  inputs: Properties,
  oldInputs: Properties,
): Difference {
  const changed = changedKeys(oldInputs, inputs);
  const replaces = changed.filter((key) => key !== "earlyRenewalHours");
  const renewal = readyForRenewal(state, inputs["earlyRenewalHours"]) ? ["readyForRenewal"] : [];
  return {
    changed: [...changed, ...renewal],
    replaces: [...replaces, ...renewal],
    deleteBeforeReplace: false,
  };
}

export function refreshedCertificate(state: Properties): { outputs: Properties } | undefined {
  if (!("certPem" in state)) return undefined;
  return { outputs: { ...state, readyForRenewal: readyForRenewal(state, state["earlyRenewalHours"]) } };
}
