import { isRecord } from "../../input/source";
import type { SettingsBeside } from "../definition";
import { CLUSTER_KEY, namespaceOf } from "./settings";

/** A throw-away stack has a namespace of its own, which is removed with all that is in it. */
export const clusterBeside: SettingsBeside = (settings, { of, suffix, symbols }) => {
  const stated = settings[CLUSTER_KEY];
  const { createNamespace, namespace, storage, ...rest } = isRecord(stated) ? stated : {};
  if (createNamespace === false)
    throw new Error(
      `${CLUSTER_KEY}.createNamespace is false, so dokomodo may make no namespace, and a throw-away stack needs one of its own`,
    );
  const own = namespaceOf({ namespace: typeof namespace === "string" ? namespace : undefined }, of);
  const sizes = Object.entries(isRecord(storage) ? storage : {}).filter(([key]) => symbols.includes(key));
  return {
    ...settings,
    [CLUSTER_KEY]: {
      ...rest,
      namespace: `${own}-${suffix}`,
      publish: "none",
      storage: Object.fromEntries(sizes),
    },
  };
};
