import { cKeywords, cSyntax } from "../c-family.ts";
import type { CodeLanguage } from "../language.ts";

const extensions = [".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".h++", ".ipp", ".tpp"];

export const member: CodeLanguage = {
  name: "cpp",
  grammars: Object.fromEntries(extensions.map((extension) => [extension, "tree-sitter-cpp/tree-sitter-cpp.wasm"])),
  keywords: [
    ...cKeywords,
    ...["auto", "bool", "catch", "class", "constexpr", "delete", "explicit", "friend", "inline", "namespace", "new"],
    ...["noexcept", "nullptr", "operator", "override", "private", "protected", "public", "template", "this", "throw"],
    ...["try", "typename", "using", "virtual"],
  ],
  syntax: cSyntax,
};
