/** One resource to register, as the bare program reads it. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  /** Name of the explicit provider. The provider comes earlier in the list. */
  readonly provider?: string | undefined;
  /** The inputs as JSON. An object whose only key is JOIN, OUTPUT or SECRET stands for a value that JSON cannot hold. */
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

/** `{ [JOIN]: [texts and outputs] }` is the concatenation of its items. */
export const JOIN = "$join";
/** `{ [OUTPUT]: key }` is an output of a resource that comes earlier in the list. `outputKey` makes the key. */
export const OUTPUT = "$output";
/** `{ [SECRET]: value }` is the value, marked as a secret. */
export const SECRET = "$secret";

export function outputKey(type: string, name: string, output: string): string {
  return `${type} ${name} ${output}`;
}
