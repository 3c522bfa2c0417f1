/** One resource to register, as the bare program reads it. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  /** Name of an explicit provider, which comes earlier in the list. */
  readonly provider?: string;
  /** JSON of the inputs; objects of one of the keys below stand for what is no JSON. */
  readonly inputs: string;
  readonly options: PlannedOptions;
}

export interface PlannedOptions {
  readonly protect?: true;
  readonly retainOnDelete?: true;
  readonly deleteBeforeReplace?: true;
  readonly ignoreChanges?: string[];
  readonly replaceOnChanges?: string[];
}

/** `{ [JOIN]: [texts and outputs] }`: their concatenation. */
export const JOIN = "$join";
/** `{ [OUTPUT]: key }`: an output of a resource that comes earlier in the list. */
export const OUTPUT = "$output";
/** `{ [SECRET]: value }`: the value as a secret. */
export const SECRET = "$secret";

export function outputKey(type: string, name: string, output: string): string {
  return `${type} ${name} ${output}`;
}
