import type { Node } from "web-tree-sitter";
import { usedLibraries } from "./imports.ts";
import type { CodeLanguage } from "./language.ts";
import { withTree } from "./parse.ts";

/** A piece of a text: offsets of its first character and of the one behind its last, in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** What the syntax of a file says about it. Plain data. */
export interface SyntaxDescription {
  /** Whether the grammar could not read all of it. */
  readonly hasError: boolean;
  /** Whether it holds what only versions of the language that nobody supports any more accept. */
  readonly isOutdated: boolean;
  /** The comments, in order. */
  readonly comments: readonly TextRange[];
  /** Functions with a body. */
  readonly functions: number;
  /** Functions among them that are unit tests. */
  readonly tests: number;
  /** Those of the libraries asked for that the file imports and uses. */
  readonly libraries: readonly string[];
}

/** Characters around the start of a function in which a sign of a test is looked for. */
const testWindow = 200;

/**
 * Parses a file once and says what its syntax tells.
 *
 * @param extension of the file, with its dot
 * @param libraries names of libraries to look for, as `usedLibraries` takes them
 */
export async function describeSyntax(
  language: CodeLanguage,
  extension: string,
  text: string,
  libraries: readonly string[] = [],
): Promise<SyntaxDescription> {
  const description = await withTree(language, extension, text, (root) => read(language, root, text, libraries));
  return description ?? { hasError: true, isOutdated: false, comments: [], functions: 0, tests: 0, libraries: [] };
}

function read(language: CodeLanguage, root: Node, text: string, libraries: readonly string[]): SyntaxDescription {
  const { comments, functions } = language.syntax;
  const outdated = (language.syntax.outdated ?? []).filter(({ hint }) => hint?.test(text) !== false);
  const found: TextRange[] = [];
  let functionCount = 0;
  let tests = 0;
  let isOutdated = false;
  for (const node of root.descendantsOfType([...comments, ...functions, ...outdated.map((kind) => kind.type)])) {
    const type = node.type;
    if (comments.includes(type)) found.push({ start: node.startIndex, end: node.endIndex });
    else if (functions.includes(type)) {
      functionCount++;
      if (isTest(language, text, node.startIndex)) tests++;
    } else isOutdated ||= outdated.some((kind) => kind.type === type && kind.isOutdated?.(node) !== false);
  }
  return {
    hasError: root.hasError,
    isOutdated,
    comments: found,
    functions: functionCount,
    tests,
    libraries: usedLibraries(language, root, libraries),
  };
}

function isTest({ syntax: { tests } }: CodeLanguage, text: string, start: number): boolean {
  if (tests.head?.test(text.slice(start, start + testWindow)) === true) return true;
  return tests.before?.test(text.slice(Math.max(0, start - testWindow), start)) === true;
}
