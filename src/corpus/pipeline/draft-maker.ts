import type { CodeLanguage } from "../../code/language.ts";
import { codeLanguages, type LanguageFinder, languageFinder } from "../../code/languages.ts";
import type { Document, Skipped } from "../document.ts";
import { Draft, type SyntaxInterest } from "../draft.ts";

/** Reasons for which a document that was read comes to no step. */
export const notTaken = ["another language", "no path and no language"] as const;

/** Makes drafts of the documents that a source gives, save for those in languages that nobody asked for. */
export class DraftMaker {
  private constructor(
    readonly finder: LanguageFinder,
    readonly languages: readonly CodeLanguage[],
    readonly interest: SyntaxInterest,
  ) {}

  /** @param languages names of those that are asked for */
  static async open(languages: readonly string[], interest: SyntaxInterest): Promise<DraftMaker> {
    const all = await Promise.all(languages.map((name) => codeLanguages.get(name)));
    return new DraftMaker(await languageFinder(), all, interest);
  }

  /** The draft, or why there is none. */
  draftOf(document: Document): Draft | Skipped {
    if (document.namelessIn !== undefined) return this.#namelessDraft(document, document.namelessIn);
    const language = this.#languageOf(document);
    if (language !== undefined && this.languages.some(({ name }) => name === language.name))
      return new Draft(document, language, this.interest);
    return { path: document.path, repo: document.repo, reason: "another language" };
  }

  /** A draft that was one before, of a document that it gave. */
  again(document: Document): Draft {
    return new Draft(document, this.#languageOf(document)!, this.interest);
  }

  /** The text is decoded only where its path leaves a doubt. */
  #languageOf(document: Document): CodeLanguage | undefined {
    const language = this.finder(document.path);
    return language?.shared === undefined ? language : this.finder(document.path, document.content);
  }

  /** In the language that its data set names, or the only one that is asked for; with its extension at the end of its path. */
  #namelessDraft({ bytes, path, repo, license, stars }: Document, named: string | null): Draft | Skipped {
    const only = this.languages.length === 1 ? this.languages[0] : undefined;
    const language = named === null ? only : this.languages.find(({ name }) => name === languageName(named));
    if (language === undefined)
      return { path, repo, reason: named === null ? "no path and no language" : "another language" };
    const extension = Object.keys(language.grammars)[0]!;
    return new Draft({ bytes, path: `${path}${extension}`, repo, license, stars }, language, this.interest);
  }
}

/** The name that a language has here, for one that a data set gives it. */
function languageName(text: string): string {
  const name = text.trim().toLowerCase();
  return name === "c++" ? "cpp" : name;
}
