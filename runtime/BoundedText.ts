/** A text that arrives in pieces from a sender who may send more than we want to keep. */
export class BoundedText {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  /** @param most the largest length, in bytes */
  constructor(private readonly most: number) {}

  /** Whether the text is still within its bound. A piece that goes beyond it is not kept. */
  add(chunk: Buffer): boolean {
    this.length += chunk.length;
    if (this.length > this.most) return false;
    this.chunks.push(chunk);
    return true;
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}
