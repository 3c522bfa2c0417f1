import { isObject } from "../json";
import { Problems, readJson, type TextRule } from "../programFile";
import type { Pass, TransferPlan } from "./plan";

const ABSOLUTE_PATH: TextRule = { pattern: /^\/\P{Cc}*$/u, what: "an absolute path" };
const WORDS: TextRule = { pattern: /^\P{Cc}+$/u, what: "text in one line" };
const SECRET: TextRule = { pattern: /^[0-9a-f]{64}$/, what: "64 hex digits in lower case" };
const PASSES: TextRule = { pattern: /^(ahead|last)$/, what: "ahead or last" };
const ROLES: TextRule = { pattern: /^(send|receive)$/, what: "send or receive" };

/** Reads the plan. Throws ConfigurationError if it is missing or wrong, with everything that is wrong. */
export function readPlan(path: string): TransferPlan {
  const plan = readJson(path);
  const problems = new Problems(path);
  const text = (key: string, rule: TextRule) =>
    problems.text(isObject(plan) ? plan[key] : undefined, key, rule);
  const pass: Pass = text("pass", PASSES) === "last" ? "last" : "ahead";
  const side = {
    directory: text("directory", ABSOLUTE_PATH),
    called: text("called", WORDS),
    seenAt: text("seenAt", ABSOLUTE_PATH),
    port: problems.port(plan["port"], "port"),
    secret: text("secret", SECRET),
    pass,
  };
  const result: TransferPlan =
    text("role", ROLES) === "send"
      ? { ...side, role: "send", host: text("host", WORDS) }
      : { ...side, role: "receive", makeRoom: text("makeRoom", WORDS) };
  problems.end();
  return result;
}
