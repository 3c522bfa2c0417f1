import type { Lessor } from "./lessor";
import { majorityOf, type WitnessAnswer } from "./rules";

/** What a lessor said, and which it is. */
export interface NamedAnswer extends Pick<Lessor, "kind" | "name"> {
  readonly answer: WitnessAnswer;
}

/** Why the lease is not held, for people; empty where every lessor granted it. */
export function describeAnswers(answers: readonly NamedAnswer[], ownHolder: string): string {
  const rival = describeRival(answers, ownHolder);
  const absent = describeAbsent(answers);
  const isObject = answers.some(({ kind }) => kind === "api-server");
  if (rival !== "" || absent === "" || isObject)
    return [rival, absent].filter((text) => text !== "").join("; ");
  const majority = majorityOf(answers.length);
  return `${absent}; ${majority} of ${answers.length} ${majority === 1 ? "is" : "are"} needed`;
}

/** Lessors that do not answer, or not as they should. */
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

function describeRival(answers: readonly NamedAnswer[], ownHolder: string): string {
  // The one that renewed last knows best.
  const [newest] = answers
    .flatMap(({ answer }) => (answer.kind === "refused" ? answer : []))
    .sort((a, b) => a.seenSeconds - b.seenSeconds);
  if (newest === undefined) return "";
  const { holder, seenSeconds, seconds } = newest;
  const text = `another Iguana of this key runs: ${holder}, which renewed its lease ${Math.round(seenSeconds)} s ago`;
  if (holder !== ownHolder) return text;
  return `${text}; it has the name of this one: if it is what ran here before, its lease ends in ${Math.ceil(seconds)} s`;
}
