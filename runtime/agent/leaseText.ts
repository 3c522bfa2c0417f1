import { majorityOf, type WitnessAnswer } from "./leaseRules";

/** What a witness said, with its name. */
export interface NamedAnswer {
  readonly name: string;
  readonly answer: WitnessAnswer;
}

/** Why the lease is not held, for people; empty where every witness granted it. */
export function describeAnswers(answers: readonly NamedAnswer[], ownHolder: string): string {
  const rival = describeRival(answers, ownHolder);
  const absent = describeAbsent(answers);
  if (rival !== "" || absent === "") return [rival, absent].filter((text) => text !== "").join("; ");
  const majority = majorityOf(answers.length);
  return `${absent}; ${majority} of ${answers.length} ${majority === 1 ? "is" : "are"} needed`;
}

/** Witnesses that do not answer, or not as they should. */
export function describeAbsent(answers: readonly NamedAnswer[]): string {
  const silent = answers.filter(({ answer }) => answer.kind === "silent").map(({ name }) => name);
  const texts = answers.flatMap(({ name, answer }) =>
    answer.kind === "faulty" ? `witness ${name} answers ${answer.why}` : [],
  );
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
