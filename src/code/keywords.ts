import type { CodeLanguage } from "./language.ts";

const patterns = new Map<string, RegExp>();

/**
 * How many different keywords of the language occur in a text as whole words, at most `enough`. Counted in the text as it
 * stands, comments and strings included, as CERT's appendix A does ("pattern matching").
 */
export function countKeywords(language: CodeLanguage, text: string, enough: number): number {
  let pattern = patterns.get(language.name);
  if (pattern === undefined) {
    pattern = new RegExp(`\\b(?:${language.keywords.join("|")})\\b`, "g");
    patterns.set(language.name, pattern);
  }
  const seen = new Set<string>();
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null && seen.size < enough; match = pattern.exec(text))
    seen.add(match[0]);
  return seen.size;
}
