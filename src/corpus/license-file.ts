import { licenseOfHeader, normalize } from "./license-header.ts";
import { licenseTexts } from "./license-texts.ts";

/** Words of a licence file that holds the usual notice instead of the text, at most: Apache's has 70. */
const longestNotice = 100;

/**
 * The licence that a whole licence file holds, told by its passages and its length, so that a text with an added clause is
 * not taken for the plain one.
 *
 * @returns an SPDX identifier, or null when the text is none of those known
 */
export function licenseOfFile(text: string): string | null {
  const plain = normalize(withoutHead(text));
  const words = plain.split(" ").length;
  // The GNU licences' own title is in the passages, and a title is no copyright line.
  const whole = normalize(text);
  const found = licenseTexts.find(
    ({ passages, words: [fewest, most] }) =>
      words >= fewest && words <= most && passages.every((passage) => whole.includes(passage)),
  );
  if (found !== undefined) return found.id;
  return words <= longestNotice ? licenseOfHeader(text) : null;
}

/** The text without copyright lines, whose number says nothing about the licence. */
function withoutHead(text: string): string {
  return text
    .split(/\r?\n/)
    .filter(
      (line) => !/^\W*(portions )?(copyright\b(?! (holder|owner|notice))|\(c\)|©|all rights reserved)/i.test(line),
    )
    .join("\n");
}
