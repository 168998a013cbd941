import { hash } from "node:crypto";
import { describeSyntax, type SyntaxDescription, type TextRange } from "../code/describe.ts";
import type { CodeLanguage } from "../code/language.ts";
import { extensionOf } from "../code/languages.ts";
import type { Document } from "./document.ts";
import { decodeText } from "./reading/text.ts";

/** What the steps of a recipe want to know of every document's syntax, so that one parse answers all of them. */
export interface SyntaxInterest {
  /** Libraries whose use is looked for. */
  readonly libraries: Set<string>;
}

/** A document between the steps: they read it, change its text, and set what will stand beside it. */
export class Draft {
  readonly path: string;
  readonly repo: string;
  /** SPDX expression; null where unknown. */
  license: string | null;
  readonly stars: number | null;
  /** How often the document is to be seen in training, relative to others. */
  weight = 1;
  /** What steps did to the text: kind of edit → how often. */
  readonly edits = new Map<string, number>();
  #content: string | undefined;
  #bytes: Buffer | undefined;
  #digest: Buffer | undefined;
  #syntax: SyntaxDescription | undefined;
  #commentsMoved = false;

  constructor(
    document: Omit<Document, "content">,
    readonly language: CodeLanguage,
    readonly interest: SyntaxInterest,
  ) {
    this.#bytes = document.bytes;
    this.path = document.path;
    this.repo = document.repo;
    this.license = document.license;
    this.stars = document.stars;
  }

  /** The text as the steps so far left it, in UTF-8: all that is needed of most documents. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.#content!);
    return this.#bytes;
  }

  /** The same as characters, decoded when first asked for. */
  get content(): string {
    this.#content ??= decodeText(this.#bytes!);
    return this.#content;
  }

  /** Lets go of what can be had again, before the draft has to wait. */
  rest(): this {
    this.#bytes = this.bytes;
    this.#content = undefined;
    return this;
  }

  /**
   * Replaces the text by one that differs in comments or inside literals only, so that what the syntax says of it stays true.
   *
   * @param kind what was done, for the manifest; `count` how often
   */
  edit(content: string, kind: string, count: number): void {
    this.#content = content;
    this.#bytes = undefined;
    this.#digest = undefined;
    this.#commentsMoved = true;
    this.edits.set(kind, (this.edits.get(kind) ?? 0) + count);
  }

  /** SHA-256 of the text in UTF-8, computed when first asked for. */
  get digest(): Buffer {
    this.#digest ??= hash("sha256", this.bytes, "buffer");
    return this.#digest;
  }

  /** What the syntax of the text says, save for its comments. Parsed when first asked for. */
  async syntax(): Promise<Omit<SyntaxDescription, "comments">> {
    this.#syntax ??= await this.#describe();
    return this.#syntax;
  }

  /** Where the comments of the text are now. */
  async comments(): Promise<readonly TextRange[]> {
    if (this.#syntax === undefined || this.#commentsMoved) this.#syntax = await this.#describe();
    this.#commentsMoved = false;
    return this.#syntax.comments;
  }

  #describe(): Promise<SyntaxDescription> {
    return describeSyntax(this.language, extensionOf(this.path), this.content, [...this.interest.libraries]);
  }
}
