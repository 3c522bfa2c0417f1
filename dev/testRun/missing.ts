import { beforeAll, inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Why the project's tests cannot run, and what to do. Empty when they can run. */
    missing: string;
  }
}

/** Fails each file of a project at once when a part that the project needs is missing. The error states the reason. */
beforeAll(() => {
  const missing = inject("missing");
  if (missing !== "") throw new Error(missing);
});
