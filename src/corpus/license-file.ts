import { allowedBy, identifiersOf, proprietaryLicense } from "./license.ts";
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
  const named = licenseOfHeader(text);
  return words <= longestNotice || named === proprietaryLicense ? named : null;
}

/**
 * Whether a licence file of which `licenseOfFile` knows nothing can go with what its package declares: it holds that licence
 * among the texts of others, as bundles do, or it says too little to contradict.
 */
export function mayHold(text: string, declared: string): boolean {
  const named = licenseOfHeader(text);
  if (named === null) return text.split(/\s+/).length <= longestNotice;
  const found = identifiersOf(named);
  // Licences that are told by their names alone: of them no text is missed.
  const untold = identifiersOf(declared).filter((id) => !licenseTexts.some((known) => known.id === id));
  if (untold.length > 0 && !found.includes(proprietaryLicense)) return true;
  const isForeign = found.some((id) => id.startsWith("LicenseRef-") && !untold.includes(id));
  return !isForeign && allowedBy(declared, new Set([...found, ...untold]));
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
