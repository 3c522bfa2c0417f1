/** A text that arrives in pieces from somebody who may send more than one wants to keep. */
export class BoundedText {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  /** @param most how many bytes it may have */
  constructor(private readonly most: number) {}

  /** Whether the text is still within its bound; a piece that goes beyond is not kept. */
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
