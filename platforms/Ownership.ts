/** Tells whether a label with a stack's name is that of this stack, which may have been renamed since. */
export class Ownership {
  private first: Promise<string | undefined> | undefined;

  /** @param findFirstName finds out the name under which the stack was first brought up; it is called at most once */
  constructor(
    private readonly stackName: string,
    private readonly findFirstName: () => Promise<string | undefined>,
  ) {}

  /** @param stack the value of the label; undefined if there is none */
  async isOwn(stack: string | undefined): Promise<boolean> {
    if (stack === undefined) return false;
    return stack === this.stackName || stack === (await this.firstName());
  }

  /** The name under which the stack was first brought up; undefined if that is not known. */
  firstName(): Promise<string | undefined> {
    this.first ??= this.findFirstName();
    return this.first;
  }
}
