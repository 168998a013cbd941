import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { splitLine } from "../../../src/corpus/reading/json-line.ts";
import { program, unescapedString } from "../../../src/corpus/reading/json-string.ts";

const split = (line: string, names: readonly string[] = ["content", "text"]) =>
  splitLine(Buffer.from(line), names, Buffer.allocUnsafe);

/** What `JSON.parse` makes of a line, in the same form. */
function parsed(line: string): { value: unknown; text: unknown } | undefined {
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    const name = ["content", "text"].find((each) => value[each] !== undefined);
    return { value: name === undefined ? value : { ...value, [name]: "@" }, text: name && value[name] };
  } catch {
    return undefined;
  }
}

/** Whatever `splitLine` answers must be what `JSON.parse` says; it may leave the line to it. */
function agrees(written: string): boolean {
  // As a file has it: half a pair cannot be written.
  const line = written.toWellFormed();
  const found = split(line);
  if (found === undefined) return false;
  expect({ value: found.value, text: found.text.toString("utf8") }).toEqual(parsed(line));
  return true;
}

/** Texts with many quotes, backslashes, control characters, and characters of one to four bytes. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        '"',
        "\\",
        "\n",
        "\r\n",
        "\t",
        "\b",
        "\f",
        "/",
        "é",
        "→",
        "😀",
        "@",
        "content",
        '":"',
        "a".repeat(15),
        " ",
      ),
    )
    .map((pieces) => pieces.join("")),
);

/** Spellings of a string in JSON. */
const spelled = text.chain((value) =>
  fc.constantFrom(
    JSON.stringify(value),
    JSON.stringify(value).replaceAll("/", "\\/"),
    JSON.stringify(value).replaceAll("a", "\\u0061"),
  ),
);

describe("splitLine", () => {
  it("takes the text out of usual lines", () => {
    expect(agrees('{"content":"a\\n\\"b\\"\\t\\\\é😀","path":"a.py","stars":3,"licenses":["MIT"]}')).toBe(true);
    expect(agrees('{"path": "a.py", "content": "a\\nb", "repo": null}')).toBe(true);
    expect(agrees('{"path":"a.py","text":""}')).toBe(true);
    expect(agrees(`{"content":${JSON.stringify("x = 1\n".repeat(100_000))}}`)).toBe(true);
  });

  it.each([
    '{"a":{"content":"x"},"content":"@"}',
    '{"a":{"content":"x"},"content":"\\u0040"}',
    '{"content":"x","content":"y"}',
    '{"content":"y","a":{"content":"x"},"content":"@"}',
    '{"my\\"content":"x"}',
    '{"a":"\\"content\\":\\"x\\"","content":"y"}',
    '{"a":"b\\\\","content":"y"}',
    '{"content":"x","c\\u006fntent":"y"}',
    '{"content":"x","path":"@"}',
    '{"text":"x","content":"y"}',
    '{"text":"x","content":7}',
    '{"content":null,"text":"x"}',
    '["content":"x"]',
    '[{"content":"x"}]',
    '{"content":"x"',
    '{"content":"x',
    '{"content":"x\\',
    '{"content":"x\\"',
    '{"content":"x\\q"}',
    '{"content":"\\ud83d"}',
    '{"content":"\\ud83d\\ude00"}',
    '{"content":"\\u0000"}',
    '{"content":"a\tb"}',
    '{"content":"a\u0000b"}',
    '{"content":"x"} {"content":"y"}',
    '{"content":"x",}',
    '{"__proto__":{"content":"x"}}',
    '\ufeff{"content":"x"}',
    '{"content":',
    "",
  ])("agrees with JSON.parse about %s", (line) => {
    agrees(line);
  });

  it("agrees with JSON.parse about any object", () => {
    const pair = fc.tuple(
      fc.constantFrom('"content"', '"text"', '"path"', '"\\u0063ontent"'),
      fc.oneof(spelled, fc.json()),
    );
    const record = fc
      .array(pair, { maxLength: 5 })
      .map((pairs) => `{${pairs.map((each) => each.join(":")).join(",")}}`);
    fc.assert(
      fc.property(record, (line) => void agrees(line)),
      { numRuns: 2000 },
    );
  });

  it("agrees with JSON.parse about objects that were damaged", () => {
    const damaged = fc
      .tuple(spelled, fc.nat(), fc.constantFrom('"', "\\", "{", "}", "\u0001", ""))
      .map(([json, at, put]) => {
        const line = `{"path":"a.py","content":${json}}`;
        const place = at % line.length;
        return line.slice(0, place) + put + line.slice(place + 1);
      });
    fc.assert(
      fc.property(damaged, (line) => void agrees(line)),
      { numRuns: 2000 },
    );
  });
});

describe("unescapedString", () => {
  it("is right at every place and every length around its blocks of 16 bytes", () => {
    for (let length = 0; length < 70; length++)
      for (let at = 0; at <= length; at++) {
        const value = `${"x".repeat(at)}\n"${"y".repeat(length - at)}`;
        const line = Buffer.from(`${JSON.stringify(value)},"behind"`);
        const found = unescapedString(line, 1, Buffer.allocUnsafe);
        expect(found?.text.toString()).toBe(value);
        expect(line[found!.end]).toBe(34);
      }
  });

  it("leaves strings of more than a megabyte alone", () => {
    const line = (length: number) => Buffer.from(`"${"x".repeat(length)}"`);
    expect(unescapedString(line((1 << 20) - 1), 1, Buffer.allocUnsafe)?.text.length).toBe((1 << 20) - 1);
    expect(unescapedString(line(1 << 20), 1, Buffer.allocUnsafe)).toBeUndefined();
  });

  it("is the program that json-string.wat says", async () => {
    const file = fileURLToPath(new URL("../../../src/corpus/reading/json-string.wat", import.meta.url));
    const assembled = (await wabt()).parseWat("json-string.wat", await readFile(file, "utf8"), { simd: true });
    expect(Buffer.from(assembled.toBinary({}).buffer).toString("base64")).toBe(program);
  });
});
