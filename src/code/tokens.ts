import type { Node } from "web-tree-sitter";
import type { CodeLanguage } from "./language.ts";
import { withTree } from "./parse.ts";

/** What a token of a program is. */
export const tokenKinds = [
  "identifier",
  "keyword",
  "operator",
  "punctuation",
  "string",
  "number",
  "comment",
  "other",
] as const;

export type TokenKind = (typeof tokenKinds)[number];

/** A token of a program. Blanks and line breaks are none. */
export interface CodeToken {
  readonly kind: TokenKind;
  /** Place in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens of a text, in order, by its language's grammar. A string is one token, whatever is inserted into it. A text with
 * syntax errors has tokens, too.
 *
 * @param extension of the file, with its dot
 * @returns undefined where the parser gave up
 */
export function codeTokens(language: CodeLanguage, extension: string, text: string): Promise<CodeToken[] | undefined> {
  return withTree(language, extension, text, (root) => {
    const comments = new Set(language.syntax.comments);
    const tokens: CodeToken[] = [];
    // Not recursive: a hostile text nests deeper than the stack.
    const waiting: Node[] = [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      const whole = wholeKind(node, comments);
      if (whole === undefined && node.childCount > 0) {
        for (let index = node.childCount - 1; index >= 0; index--) waiting.push(node.child(index)!);
        continue;
      }
      const { startIndex: start, endIndex: end } = node;
      // Grammars have tokens without text: a semicolon that was left out, the end of a block.
      if (text.slice(start, end).trim() !== "") tokens.push({ kind: whole ?? leafKind(node), start, end });
    }
    return tokens;
  });
}

/** The kind of a node that is one token whatever lies below it. */
function wholeKind({ type, isNamed }: Node, comments: ReadonlySet<string>): TokenKind | undefined {
  if (!isNamed) return undefined;
  if (comments.has(type)) return "comment";
  // Grammars write `string`, `template_string`, `raw_string_literal`, `char_literal`, `rune_literal`, `system_lib_string`.
  if (type === "concatenated_string") return undefined;
  return /(^|_)(string|string_literal|char_literal|character_literal|rune_literal|regex)$/.test(type)
    ? "string"
    : undefined;
}

function leafKind({ type, isNamed, text }: Node): TokenKind {
  if (!isNamed) {
    if (/^[#@]?[\p{L}_]/u.test(text)) return "keyword";
    return /^[()[\]{},;:.]+$/.test(text) && text !== "::" && text !== "..." ? "punctuation" : "operator";
  }
  if (/identifier|^(type|field|package|label)_name$|^name$/.test(type)) return "identifier";
  if (/integer|float|number|decimal|int_literal|imaginary|hex_|octal_|binary_/.test(type)) return "number";
  return /^[\p{L}_]+$/u.test(text) ? "keyword" : "other";
}
