import { expect, it } from "vitest";
import { visible, visibleJson, visibleName, visibleSaveColors } from "../../src/cli/visible.ts";

it("shows what a terminal would obey", () => {
  expect(visible("\u001b]0;title\u0007 \u001b[2J\r\n\tx\u009b1m\u007f")).toBe("␛]0;title␇ ␛[2J␍\n\tx\\u009b1m\\u007f");
  expect(visible("a\u202eb\u2066c")).toBe("a\\u202eb\\u2066c");
  expect(visible("ä 漢字 🙂 ‍")).toBe("ä 漢字 🙂 ‍");
  expect(visibleName("two\nlines.py\t")).toBe("two␊lines.py␉");
});

it("leaves our own colours alone, and nothing else", () => {
  expect(visibleSaveColors("\u001b[1mhead\u001b[22m \u001b[31;5mx\u001b[2K")).toBe(
    "\u001b[1mhead\u001b[22m ␛[31;5mx␛[2K",
  );
});

it("escapes JSON without changing it", () => {
  const value = { name: "\u001b[2J\u009b\u007f\u202e.py" };
  const text = visibleJson(JSON.stringify(value));
  expect(text).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(text)).toEqual(value);
});
