import { Registry } from "../common/registry.ts";
import type { CodeLanguage } from "./language.ts";

/** The programming languages whose text Apprentice can take apart. */
export const codeLanguages = new Registry<CodeLanguage>("code language", new URL("./languages/", import.meta.url));

/** A path's extension with its dot, in lower case; empty without one. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot).toLowerCase();
}

/** Tells the language of a file by its path, and by its content where languages share an extension. */
export type LanguageFinder = (path: string, content?: string) => CodeLanguage | undefined;

/** A finder over all languages. */
export async function languageFinder(): Promise<LanguageFinder> {
  const all = await codeLanguages.all();
  const byExtension = new Map<string, CodeLanguage>();
  for (const language of all.values())
    for (const extension of Object.keys(language.grammars)) byExtension.set(extension, language);
  return (path, content) => {
    const extension = extensionOf(path);
    const language = byExtension.get(extension);
    const shared = language?.shared;
    if (shared?.extension !== extension || content === undefined || !shared.isOther(content)) return language;
    return all.get(shared.other);
  };
}
