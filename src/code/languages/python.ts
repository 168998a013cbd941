import type { Node } from "web-tree-sitter";
import type { CodeLanguage, Import, OutdatedSyntax } from "../language.ts";

const grammar = "tree-sitter-python/tree-sitter-python.wasm";

/** `import a.b` binds `a`; `import a.b as c` binds `c`; `from a import b as c` binds `c`. Relative imports are no libraries. */
function read(node: Node): Import[] {
  const from = node.childForFieldName("module_name");
  if (from?.type === "relative_import") return [];
  const names = node.childrenForFieldName("name");
  if (from !== null && names.length === 0) return [{ module: from.text, name: null }];
  return names.map((name) => {
    const module = name.childForFieldName("name")?.text ?? name.text;
    const alias = name.childForFieldName("alias")?.text;
    if (from !== null) return { module: from.text, name: alias ?? module };
    return { module, name: alias ?? module.split(".")[0]! };
  });
}

function isOther(node: Node): boolean {
  const parent = node.parent;
  if (parent?.type === "attribute") return parent.childForFieldName("attribute")?.id === node.id;
  return parent?.type === "keyword_argument" && parent.childForFieldName("name")?.id === node.id;
}

/** The name that an exception of Python 2 is bound to. `except A, B:` without a name is Python again since 3.14 (PEP 758). */
const boundName = /^except\b[^:\n]*,\s*(?:[a-z_]\w*|\([^:\n]*\))\s*:/;

const python2: readonly OutdatedSyntax[] = [
  { type: "print_statement" },
  { type: "exec_statement" },
  { type: "<>" },
  {
    type: "except_clause",
    isOutdated: (node) => boundName.test(node.text.slice(0, 300)),
    hint: /\bexcept\b[^:\n]*,/,
  },
  // `raise Error, "why"`
  {
    type: "raise_statement",
    isOutdated: (node) => node.firstNamedChild?.type === "expression_list",
    hint: /\braise\b[^\n(]*,/,
  },
  // `0777` and `1L`
  {
    type: "integer",
    isOutdated: (node) => /^0[0-9]*[1-9]|[lL]$/.test(node.text),
    hint: /\b0\d|[\dA-Fa-f][lL]\b/,
  },
  // Backticks, which the grammar takes for quotes, and `ur"…"`
  { type: "string_start", isOutdated: (node) => /^(?:`|ur)/i.test(node.text), hint: /`|\bur["']/i },
  // `def f(a, (b, c))`
  {
    type: "tuple_pattern",
    isOutdated: (node) => /^(?:lambda_parameters|parameters|default_parameter)$/.test(node.parent?.type ?? ""),
    hint: /\bdef\b[^\n]*[(,]\s*\(|\blambda\b[^\n:]*\(/,
  },
];

export const member: CodeLanguage = {
  name: "python",
  grammars: { ".py": grammar, ".pyw": grammar, ".pyi": grammar },
  keywords: [
    ...["and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except"],
    ...["finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass"],
    ...["raise", "return", "try", "while", "with", "yield"],
  ],
  syntax: {
    comments: ["comment"],
    functions: ["function_definition"],
    outdated: python2,
    tests: { head: /^(?:async\s+)?def\s+test/i },
    imports: { nodes: ["import_statement", "import_from_statement"], read, names: ["identifier"], isOther },
  },
};
