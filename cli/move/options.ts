/** What `dokomodo move` is told. */
export interface MoveOptions {
  readonly to: string;
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly withData?: true | undefined;
  readonly keep?: true | undefined;
  readonly yes?: true | undefined;
}
