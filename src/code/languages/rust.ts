import type { Node } from "web-tree-sitter";
import type { CodeLanguage, Import } from "../language.ts";

/** Every name that a `use` tree binds, with the path that it stands for. */
function useTree(node: Node, prefix: string): Import[] {
  const join = (rest: string) => (prefix === "" ? rest : `${prefix}::${rest}`);
  if (node.type === "use_as_clause") {
    const name = node.childForFieldName("alias")?.text ?? null;
    return [{ module: join(node.childForFieldName("path")?.text ?? ""), name }];
  }
  if (node.type === "use_list") return node.namedChildren.flatMap((child) => useTree(child, prefix));
  if (node.type === "scoped_use_list") {
    const list = node.childForFieldName("list");
    return list === null ? [] : useTree(list, join(node.childForFieldName("path")?.text ?? ""));
  }
  if (node.type === "use_wildcard") return [{ module: join(node.text.replace(/\s*::\s*\*$/, "")), name: null }];
  // `use a::{self}` binds `a`.
  if (node.type === "self") return [{ module: prefix, name: prefix.slice(prefix.lastIndexOf(":") + 1) }];
  const name = node.childForFieldName("name")?.text ?? node.text;
  return [{ module: join(node.text), name }];
}

/** A path that begins with a crate uses it without a `use`. */
function direct(node: Node): Import[] {
  if (node.childForFieldName("path")?.type !== "identifier") return [];
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (outer.type === "use_declaration") return [];
    if (!outer.type.startsWith("scoped_") && !outer.type.startsWith("use_")) break;
  }
  return [{ module: node.text, name: null }];
}

function read(node: Node): Import[] {
  if (node.type === "use_declaration") {
    const tree = node.childForFieldName("argument");
    return tree === null ? [] : useTree(tree, "");
  }
  if (node.type === "extern_crate_declaration") {
    const module = node.childForFieldName("name")?.text ?? "";
    return [{ module, name: node.childForFieldName("alias")?.text ?? module }];
  }
  return direct(node);
}

export const member: CodeLanguage = {
  name: "rust",
  grammars: { ".rs": "tree-sitter-rust/tree-sitter-rust.wasm" },
  keywords: [
    ...["as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "fn", "for"],
    ...["if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "static"],
    ...["struct", "super", "trait", "type", "unsafe", "use", "where", "while"],
  ],
  syntax: {
    comments: ["line_comment", "block_comment"],
    functions: ["function_item"],
    tests: { before: /#\[(?:\w+::)*test\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*$/ },
    imports: {
      nodes: ["use_declaration", "extern_crate_declaration", "scoped_identifier", "scoped_type_identifier"],
      read,
      names: ["identifier", "type_identifier"],
    },
  },
};
