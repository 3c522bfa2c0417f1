import { randomInt } from "node:crypto";

/** A class of characters, whether a password may have them, and how many it must have. */
export interface CharacterClass {
  readonly alphabet: string;
  readonly allowed: boolean;
  readonly minimum: number;
}

/**
 * Generates a password of `length` characters in random order. It has the minimum of each class, and the rest comes from all
 * allowed classes together. `randomInt` uses the operating system's generator and is uniform, so no character and no position
 * is more likely than another.
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

/** Shuffles by the method of Fisher and Yates, in which every order is equally likely. */
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
