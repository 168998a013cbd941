/** A file of source text on its way through the corpus steps. */
export interface Document {
  /** The text in UTF-8, without a byte order mark. */
  readonly bytes: Buffer;
  /** The same, decoded each time it is asked for. */
  readonly content: string;
  /** Path inside its repository or package, forward slashes. */
  readonly path: string;
  /** `owner/name`, `package-1.2.3`, or the folder's name. */
  readonly repo: string;
  /** SPDX identifier of the repository or package, where the source knows it. */
  readonly license: string | null;
  /** Stars of the repository, where the source knows them. */
  readonly stars: number | null;
  /** Set where the source has no path for it, and `path` is its place in a data set: the language that the data set names, or null. */
  readonly namelessIn?: string | null;
}

/** Something that could not become a document. */
export interface Skipped {
  readonly path: string;
  readonly repo: string;
  /** Short, from a closed list per source. */
  readonly reason: string;
}
