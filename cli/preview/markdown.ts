import type { Plan } from "./plan";
import {
  count,
  hostLines,
  needLines,
  otherLines,
  type Row,
  rows,
  secretLines,
  summary,
  syncText,
  volumeLines,
} from "./words";

/** GitHub takes comments of 65536 characters, and the diff is the only long part. */
const LONGEST_DIFF = 48_000;

/** The line by which the comment of a stack is found again. */
export function marker(stack: string): string {
  return `<!-- dokomodo preview of stack ${stack} -->`;
}

/**
 * A plan for a comment on a pull request.
 * @param diff what Pulumi itself says
 */
export function planMarkdown(plan: Plan, diff: string, mostStops: number): string {
  const warnings = needLines(plan, mostStops);
  const served = rows(plan, "served");
  const others = rows(plan, "other");
  return [
    marker(plan.stack),
    `### dokomodo: plan of stack \`${plan.stack}\``,
    `**${summary(plan)}**`,
    ...(warnings.length === 0 ? [] : [["> [!CAUTION]", ...warnings.map((line) => `> ${line}`)].join("\n")]),
    ...(served.length === 0 ? [] : [table(served)]),
    ...listed([
      ...volumeLines(plan),
      ...plan.syncs.map(syncText),
      ...hostLines(plan),
      ...secretLines(plan),
      ...otherLines(plan),
    ]),
    ...(others.length === 0
      ? []
      : [folded(`${count(others.length, "workload")} beside the daemons`, table(others))]),
    ...(diff === "" ? [] : [folded("Pulumi's own plan", fenced(diff))]),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

/** What is shown instead of a plan when there is none. */
export function failureMarkdown(stack: string, said: string): string {
  return [
    marker(stack),
    `### dokomodo: no plan of stack \`${stack}\``,
    "**The preview failed. Nothing can be deployed like this.**",
    fenced(said),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

function table(shown: readonly Row[]): string {
  const hasStops = shown.some(({ stops }) => stops !== "");
  const hasImages = shown.some(({ images }) => images.length > 0);
  const cells = ({ what, happens, stops, images }: Row) => [
    what,
    happens,
    ...(hasStops ? [stops] : []),
    ...(hasImages ? [images.map(({ from, to }) => `\`${from}\` → \`${to}\``).join("<br>")] : []),
  ];
  const head = ["", "what happens", ...(hasStops ? ["stops for"] : []), ...(hasImages ? ["image"] : [])];
  const line = (each: readonly string[]) =>
    `| ${each.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...shown.map((row) => line(cells(row)))].join("\n");
}

function listed(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [lines.map((line) => `- ${line}`).join("\n")];
}

function folded(title: string, text: string): string {
  return `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}

/** A fence is longer than any run of backticks in the text. */
function fenced(text: string): string {
  const short =
    text.length <= LONGEST_DIFF
      ? text
      : `${text.slice(0, LONGEST_DIFF)}\n… (the rest is in the log of the run)`;
  const longest = Math.max(2, ...[...short.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${short.trim()}\n${fence}`;
}
