import type { Node } from "web-tree-sitter";

/** A programming language whose text Apprentice can take apart. */
export interface CodeLanguage {
  /** For example `python`. */
  readonly name: string;
  /** File extension, with its dot, → the grammar's file inside its package. */
  readonly grammars: Readonly<Record<string, string>>;
  /** Words that are frequent in programs of this language and rare in data and prose. */
  readonly keywords: readonly string[];
  readonly syntax: LanguageSyntax;
  /** An extension that files of another language have too: `.h` is C's and C++'s. */
  readonly shared?: SharedExtension;
}

/** Tells files of two languages with one extension apart. */
export interface SharedExtension {
  readonly extension: string;
  /** Name of the other language. */
  readonly other: string;
  /** Whether a file with this content is in the other one. */
  isOther(content: string): boolean;
}

/** What the nodes of a language's grammar mean. */
export interface LanguageSyntax {
  /** Node types of comments. A Python docstring is a string, not a comment. */
  readonly comments: readonly string[];
  /** Node types of functions with a body. */
  readonly functions: readonly string[];
  /** What the grammar accepts although no supported version of the language does. */
  readonly outdated?: readonly OutdatedSyntax[];
  readonly tests: TestPattern;
  readonly imports: ImportSyntax;
}

/** Nodes that only versions of the language accept that nobody supports any more. */
export interface OutdatedSyntax {
  readonly type: string;
  /** Which nodes of the type; all where absent. */
  isOutdated?(node: Node): boolean;
  /** Found in every text that holds such a node, so that frequent types are looked at in few texts. */
  readonly hint?: RegExp;
}

/** Which functions are unit tests. One of the two patterns suffices. */
export interface TestPattern {
  /** Matched against the text of the function, from its first character. */
  readonly head?: RegExp;
  /** Matched against the text before the function; ends in `$`. */
  readonly before?: RegExp;
}

/** How a file gets at libraries. */
export interface ImportSyntax {
  /** Node types that can bring in a library. */
  readonly nodes: readonly string[];
  /** What such a node brings in. */
  read(node: Node): readonly Import[];
  /** Node types that can use a name. */
  readonly names: readonly string[];
  /** Whether the node, whose text is an imported name, is something else: an attribute, the name of an argument. */
  isOther?(node: Node): boolean;
}

/** One thing that a file takes from a module. */
export interface Import {
  /** The module as the language spells it: `pandas.io`, `@scope/package/part`, `serde::de`, `zlib.h`. */
  readonly module: string;
  /** The name that stands for it in this file; null where syntax cannot say which names come in: it counts as used. */
  readonly name: string | null;
}
