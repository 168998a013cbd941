import type { Node } from "web-tree-sitter";
import type { Import, LanguageSyntax } from "./language.ts";

/** Keywords that JavaScript and TypeScript share. */
export const ecmascriptKeywords: readonly string[] = [
  ...["async", "await", "break", "case", "catch", "class", "const", "continue", "default", "delete", "else", "export"],
  ...[
    "extends",
    "finally",
    "for",
    "from",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "of",
    "require",
  ],
  ...["return", "static", "super", "switch", "this", "throw", "try", "typeof", "var", "void", "while", "yield"],
];

/** The text of a string literal without its quotes. */
function unquoted(node: Node | null): string {
  return node?.text.slice(1, -1) ?? "";
}

/** The names that a pattern on the left of `=` binds; null where the value is used at once. */
function boundBy(call: Node): (string | null)[] {
  const parent = call.parent?.type === "await_expression" ? call.parent.parent : call.parent;
  if (parent?.type === "expression_statement") return [];
  const pattern = parent?.type === "variable_declarator" ? parent.childForFieldName("name") : null;
  if (pattern === null) return [null];
  if (pattern.type === "identifier") return [pattern.text];
  return pattern
    .descendantsOfType(["shorthand_property_identifier_pattern", "identifier"])
    .filter((name) => name.isNamed)
    .map((name) => name.text);
}

function read(node: Node): Import[] {
  if (node.type === "call_expression") {
    const called = node.childForFieldName("function")?.text;
    const argument = node.childForFieldName("arguments")?.firstNamedChild ?? null;
    if ((called !== "require" && called !== "import") || argument?.type !== "string") return [];
    return boundBy(node).map((name) => ({ module: unquoted(argument), name }));
  }
  const required = node.namedChildren.find((child) => child.type === "import_require_clause");
  const module = unquoted((required ?? node).childForFieldName("source"));
  const clause = required ?? node.namedChildren.find((child) => child.type === "import_clause");
  if (clause === undefined) return [];
  const names = clause
    .descendantsOfType(["import_specifier", "identifier"])
    .filter((name) => name.isNamed && name.parent?.type !== "import_specifier");
  return names.map((name) => ({
    module,
    name: (name.childForFieldName("alias") ?? name.childForFieldName("name") ?? name).text,
  }));
}

const isFunction = ["function_declaration", "function_expression", "arrow_function", "method_definition"];

/** The syntax that the grammars of JavaScript and TypeScript share. */
export const ecmascriptSyntax: LanguageSyntax = {
  comments: ["comment", "html_comment"],
  functions: [...isFunction, "generator_function", "generator_function_declaration"],
  tests: { before: /\b(?:it|test|specify)(?:\.\w+)*\(\s*(?:"[^"\n]*"|'[^'\n]*'|`[^`]*`)\s*,\s*$/ },
  imports: {
    nodes: ["import_statement", "call_expression"],
    read,
    names: ["identifier", "type_identifier", "shorthand_property_identifier"],
  },
};
