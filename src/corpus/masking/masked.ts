/** A text with something replaced, and how often. */
export interface Masked {
  readonly text: string;
  readonly count: number;
}
