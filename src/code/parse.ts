import { createRequire } from "node:module";
import { Language, type Node, Parser } from "web-tree-sitter";
import type { CodeLanguage } from "./language.ts";

const require = createRequire(import.meta.url);

/**
 * Steps that the parser may take for each character of a text, counted in the hundreds in which it reports them. Ordinary files
 * of the eight languages take below 2 steps a character; a text that makes the parser follow many readings at once takes
 * thousands. Counted steps give the same answer on every machine, seconds would not.
 */
const stepsPerCharacter = 20;

let ready: Promise<void> | undefined;
const parsers = new Map<string, Promise<Parser>>();

/** The parser of a grammar, loaded once a thread. */
function parserOf(grammar: string): Promise<Parser> {
  let parser = parsers.get(grammar);
  if (parser === undefined) {
    ready ??= Parser.init();
    parser = ready
      .then(() => Language.load(require.resolve(grammar)))
      .then((language) => new Parser().setLanguage(language));
    parsers.set(grammar, parser);
  }
  return parser;
}

/** The grammar for an extension; the language's first one where the extension is another language's. */
function grammarFor(language: CodeLanguage, extension: string): string {
  return language.grammars[extension] ?? Object.values(language.grammars)[0]!;
}

/**
 * Parses a text and hands its root to a function. The tree lives only as long as the function runs, because its memory lies
 * outside of what the garbage collector sees. Grammars recover from errors silently: ask `root.hasError`.
 *
 * @param extension of the file, with its dot: some languages have a grammar for each
 * @returns undefined where the parser gave up: the text is far too ambiguous to be a program
 */
export async function withTree<Result>(
  language: CodeLanguage,
  extension: string,
  text: string,
  read: (root: Node) => Result,
): Promise<Result | undefined> {
  const parser = await parserOf(grammarFor(language, extension));
  let hundreds = 0;
  const limit = 1000 + (text.length * stepsPerCharacter) / 100;
  const tree = parser.parse(text, null, { progressCallback: () => ++hundreds > limit });
  if (tree === null) {
    parser.reset();
    return undefined;
  }
  try {
    return read(tree.rootNode);
  } finally {
    tree.delete();
  }
}
