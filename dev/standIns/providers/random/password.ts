import { randomInt } from "node:crypto";

/** A kind of characters that a password may, or must, have. */
export interface CharacterClass {
  readonly alphabet: string;
  readonly allowed: boolean;
  readonly minimum: number;
}

/**
 * A password of `length` characters: the minimum of each kind, the rest from all allowed kinds together, in random
 * order. `randomInt` draws from the operating system's generator and is uniform in its range, so no character and no
 * place is more likely than another.
 */
export function generatePassword(length: number, classes: readonly CharacterClass[]): string {
  const required = classes.flatMap(({ alphabet, minimum }) => draw(alphabet, minimum));
  const all = classes
    .filter(({ allowed }) => allowed)
    .map(({ alphabet }) => alphabet)
    .join("");
  return shuffle([...required, ...draw(all, length - required.length)]).join("");
}

function draw(alphabet: string, count: number): string[] {
  return Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length)));
}

/** Fisher and Yates: every order is equally likely. */
function shuffle(characters: readonly string[]): string[] {
  const shuffled: string[] = [];
  for (const character of characters) {
    const place = randomInt(shuffled.length + 1);
    const displaced = shuffled[place];
    if (displaced !== undefined) shuffled.push(displaced);
    shuffled[place] = character;
  }
  return shuffled;
}
