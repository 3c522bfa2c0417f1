import type { Lessor, LessorAnswer } from "./lessor";
import { majorityOf } from "./rules";

/** An answer, and the lessor that gave it. */
export interface NamedAnswer extends Pick<Lessor, "kind" | "name"> {
  readonly answer: LessorAnswer;
}

/**
 * Says to people why the lease is not held; empty where every lessor granted it.
 * @param own the instance that asked, and what it runs, such as `Iguana`
 */
export function describeAnswers(
  answers: readonly NamedAnswer[],
  own: { readonly holder: string; readonly process: string },
): string {
  const rival = describeRival(answers, own);
  const absent = describeAbsent(answers);
  const isApiServer = answers.some(({ kind }) => kind === "api-server");
  if (rival !== "" || absent === "" || isApiServer)
    return [rival, absent].filter((text) => text !== "").join("; ");
  const majority = majorityOf(answers.length);
  return `${absent}; ${majority} of ${answers.length} ${majority === 1 ? "is" : "are"} needed`;
}

/** Says which lessors do not answer, or answer with an error; empty where all answer as they should. */
export function describeAbsent(answers: readonly NamedAnswer[]): string {
  const witnesses = answers.filter(({ kind }) => kind === "witness");
  const silent = witnesses.filter(({ answer }) => answer.kind === "silent").map(({ name }) => name);
  const texts = answers.flatMap(({ kind, name, answer }) => {
    const isWitness = kind === "witness";
    if (answer.kind === "faulty")
      return isWitness ? `witness ${name} answers ${answer.why}` : `Lease ${name}: ${answer.why}`;
    return answer.kind === "silent" && !isWitness ? "the cluster's API server does not answer" : [];
  });
  if (silent.length === 1) texts.unshift(`witness ${silent[0]} does not answer`);
  if (silent.length > 1) texts.unshift(`witnesses ${silent.join(", ")} do not answer`);
  return texts.join("; ");
}

function describeRival(
  answers: readonly NamedAnswer[],
  own: { readonly holder: string; readonly process: string },
): string {
  // Lessors may name different holders. The one that renewed last is the present one.
  const [newest] = answers
    .flatMap(({ answer }) => (answer.kind === "refused" ? answer : []))
    .sort((a, b) => a.seenSeconds - b.seenSeconds);
  if (newest === undefined) return "";
  const { holder, seenSeconds, seconds } = newest;
  const text =
    `another ${own.process} of this key runs: ${holder}, ` +
    `which renewed its lease ${Math.round(seenSeconds)} s ago`;
  if (holder !== own.holder) return text;
  return (
    `${text}; it has the same name as this one: ` +
    `if it is the one that ran here before, its lease ends in ${Math.ceil(seconds)} s`
  );
}
