import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Small texts at which tokenizers are known to part ways. */
const handMade = [
  "a\r\nb\r\n\r\n\tc\r\n",
  `x${" ".repeat(97)}y`,
  `${"\t".repeat(33)}z\n\n\n\n`,
  " \t \t\n \n",
  "1234567890 3.14159 0xDEADBEEF 1_000_000 ١٢٣٤ ½ ² Ⅷ 𝟘𝟙𝟚",
  "\f\v\u0000\u001c\u001d\u001e\u001f\u007f\u0085\u00a0",
  "\u2028\u2029\u3000\u200b\u180e\ufeff\u2003x",
  "naïve café e\u0301 Å A\u030a",
  "👩\u200d👩\u200d👧 🇩🇪 ✓ ✅",
  "日本語のテキスト、中文，한국어 हिन्दी ไทยภาษา",
  "I'LL don't WE'VE 'S 'tis Iʼll",
  "<|endoftext|> <|fim_prefix|>a<|im_end|>",
  " ",
  "  ",
  "\n",
  " \n",
  "a ",
  "  a",
  "\r\r\r\n\n\r",
  " \r\n \r\n",
  "a\u00a0\u00a0b",
  "\ud7ff\ue000\u{10ffff}",
  "é".repeat(200),
  "()".repeat(300),
  "=".repeat(257),
  "9".repeat(301),
  "ﬁ ﬀ Ǆ ß ſ ʰ ªº ⅓ 〇 ߁ ꘡ ௧ \u0378\u0530",
  "from . import x\nx = .5 ; y = a , b\nif (a && !b) return 'm' + 's'\n",
];

/** A number generator that needs no package: mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Any code points, mostly of the lower planes, between blanks, line ends and letters. */
function soup(random: () => number): string {
  const pick = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: 200 }, () => {
    if (random() < 0.4) return " \n\ta1'Z"[pick(7)];
    const point = pick(random() < 0.8 ? 0x3000 : 0x110000);
    return point >= 0xd800 && point < 0xe000 ? "" : String.fromCodePoint(point);
  }).join("");
}

const extensions =
  /\.(c|h|cpp|cc|hpp|py|js|mjs|cjs|ts|json|md|css|html|yml|yaml|sh|txt|rs|go|java|map|scm|toml|cmake)$/;

/** Pieces of text files below the folders, some with CRLF line ends or tabs, then hand-made texts and Unicode soup: the same ones every time. */
export function hardTexts(folders: readonly string[], count: number): string[] {
  const random = randomNumbers(7);
  const files = folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && extensions.test(entry.name))
        .map((entry) => path.join(entry.parentPath, entry.name)),
    )
    .sort();
  const texts = [...handMade, ...Array.from({ length: Math.floor(count / 10) }, () => soup(random))];
  while (texts.length < count) {
    const text = readFileSync(files[Math.floor(random() * files.length)]!).toString("utf8");
    const start = Math.floor(random() * Math.max(1, text.length - 2000));
    // A surrogate pair that was cut in two becomes a replacement character.
    let piece = Buffer.from(text.slice(start, start + [500, 2000, 6000][Math.floor(random() * 3)]!)).toString();
    const change = random();
    if (change < 0.15) piece = piece.replaceAll(/\r?\n/g, "\r\n");
    else if (change < 0.3) piece = piece.replaceAll("    ", "\t");
    if (piece.length >= 20 && !piece.includes("\ufffd")) texts.push(piece);
  }
  return texts;
}

/** The root of this repository. */
export const repository = fileURLToPath(new URL("../..", import.meta.url));
