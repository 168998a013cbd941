/**
 * Characters that a reader would not see, or that reorder what is seen: C0 and C1 controls without tab and line feed,
 * soft hyphen, zero-width and bidirectional controls (UAX #9), line and paragraph separators, byte order mark, tags,
 * halves of surrogate pairs.
 * Model output is hostile: shown raw, they make code look like other code ("Trojan Source", Boucher and Anderson 2021).
 */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this finds
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

/** The text with characters that cannot be seen written out, for example `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text.replace(
    invisible,
    (character) => `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Any text as HTML content or attribute value. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** HTML that is known to be safe; `html` puts it into a page unchanged, and escapes everything else. */
export class Html {
  constructor(readonly source: string) {}
}

type Insertion = Html | string | number | readonly Html[];

/** A template of HTML: what is inserted is escaped unless it is `Html` itself. */
export function html(strings: TemplateStringsArray, ...insertions: readonly Insertion[]): Html {
  return new Html(String.raw({ raw: strings }, ...insertions.map(asHtml)));
}

function asHtml(insertion: Insertion): string {
  if (insertion instanceof Html) return insertion.source;
  if (typeof insertion === "object") return insertion.map((part) => part.source).join("");
  return escapeHtml(String(insertion));
}

/** Decimals of a percentage at most: enough to tell one sample of 100,000 from none. */
const mostDecimals = 3;

/**
 * A share as percent with one decimal and no sign, as the papers print pass@k: `43.3`. What is not quite none or all gets as many
 * decimals as it needs not to look like it: `99.96`.
 */
export function percentage(share: number): string {
  const texts = Array.from({ length: mostDecimals }, (_, index) => (share * 100).toFixed(index + 1));
  const isPlain = share === 0 || share === 1;
  return (isPlain ? undefined : texts.find((text) => Number(text) !== 0 && Number(text) !== 100)) ?? texts[0]!;
}

/** A mean with so many decimals; one that is not quite 0 does not look like it: `< 0.01`. */
export function meanOf(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return value > 0 && Number(text) === 0 ? `< ${(10 ** -decimals).toFixed(decimals)}` : text;
}

/** A count with thin spaces between groups of three digits: `32 800`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** `1 problem`, `32 800 problems`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** US dollars: cents from one dollar on, four decimals below. */
export function dollars(value: number): string {
  if (value > 0 && value < 0.0001) return "< $0.0001";
  return value === 0 || value >= 1 ? `$${value.toFixed(2)}` : `$${value.toFixed(4)}`;
}
