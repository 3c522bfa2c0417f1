import { beforeAll, inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Why the project's tests cannot run, and what to do; empty where they can. */
    missing: string;
  }
}

/** Fails the tests of a project of which a part cannot be had, each file at once and with the reason, and no others. */
beforeAll(() => {
  const missing = inject("missing");
  if (missing !== "") throw new Error(missing);
});
