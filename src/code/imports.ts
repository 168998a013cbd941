import type { Node } from "web-tree-sitter";
import type { CodeLanguage, Import } from "./language.ts";

/** Whether a module belongs to a library: it is the library, or a part of it (`pandas.io`, `lodash/fp`, `serde::de`, `zlib.h`). */
export function belongsTo(module: string, library: string): boolean {
  if (!module.startsWith(library)) return false;
  return module.length === library.length || "./:".includes(module[library.length]!);
}

/** Everything that a file imports. */
export function importsOf(language: CodeLanguage, root: Node): Import[] {
  const { nodes, read } = language.syntax.imports;
  return root
    .descendantsOfType([...nodes])
    .filter((node) => node.isNamed)
    .flatMap((node) => [...read(node)]);
}

/**
 * Those of the libraries that a file imports *and uses*: a name that the import brings in, or the alias that it is given,
 * occurs again outside the import. Names are followed by syntax, not by scope: a local variable of the same name counts as a use.
 *
 * @param libraries as the language spells them in imports: `pandas`, `@scope/package`, `com.google.common`,
 *   `github.com/gin-gonic/gin`, `serde`, `zlib`
 */
export function usedLibraries(language: CodeLanguage, root: Node, libraries: readonly string[]): string[] {
  if (libraries.length === 0) return [];
  const imports = importsOf(language, root);
  const wanted = libraries.map((library) => ({
    library,
    names: imports.filter(({ module }) => belongsTo(module, library)).map(({ name }) => name),
  }));
  const sought = new Set(wanted.flatMap(({ names }) => names));
  if (sought.size === 0) return [];
  const used = usedNames(language, root, sought);
  return wanted
    .filter(({ names }) => names.some((name) => name === null || used.has(name)))
    .map(({ library }) => library);
}

/** Those of the names that occur outside imports. */
function usedNames({ syntax: { imports } }: CodeLanguage, root: Node, names: ReadonlySet<string | null>): Set<string> {
  const used = new Set<string>();
  const statements = new Set<number>();
  for (const node of root.descendantsOfType([...imports.nodes]))
    if (isStatement(node)) for (const name of node.descendantsOfType([...imports.names])) statements.add(name.id);
  for (const node of root.descendantsOfType([...imports.names])) {
    if (!node.isNamed || statements.has(node.id)) continue;
    const text = node.text;
    if (!names.has(text) || used.has(text) || isBinding(node) || imports.isOther?.(node) === true) continue;
    used.add(text);
  }
  return used;
}

/** Whether the node does nothing but import, so that the names in it are no uses. */
function isStatement(node: Node): boolean {
  return node.type !== "call_expression" && !node.type.startsWith("scoped_");
}

/** The name in `const name = require(…)`. */
function isBinding(node: Node): boolean {
  if (node.parent?.type !== "variable_declarator") return false;
  return node.parent.childForFieldName("name")?.id === node.id;
}
