import { describe, expect, it } from "vitest";
import { count, counted, dollars, escapeHtml, html, meanOf, percentage, visible } from "../../src/report/text.ts";

describe("text in a page", () => {
  it("cannot become markup", () => {
    expect(escapeHtml(`</script><b a='1' b="2">&amp;`)).toBe(
      "&lt;/script&gt;&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;amp;",
    );
    expect(html`<p title="${'" onload="x'}">${"<i>"}${html`<b>safe</b>`}${[html`1`, html`2`]}</p>`.source).toBe(
      '<p title="&quot; onload=&quot;x">&lt;i&gt;<b>safe</b>12</p>',
    );
  });

  it("shows what would not be seen or would reorder what is seen", () => {
    expect(visible("access = 'user\u202e\u2066# admin'")).toBe("access = 'user⟨U+202E⟩⟨U+2066⟩# admin'");
    expect(visible("a\u0000b\u200bc\ufeffd\u{e0041}e\ud800f")).toBe("a⟨U+0000⟩b⟨U+200B⟩c⟨U+FEFF⟩d⟨U+E0041⟩e⟨U+D800⟩f");
  });

  it("keeps what people write", () => {
    const plain = "tab\tline\nHállo, שלום, 日本語, 👩‍💻".replace("\u200d", "");
    expect(visible(plain)).toBe(plain);
  });
});

describe("figures", () => {
  it("are printed as the papers print them", () => {
    expect(percentage(0.43292)).toBe("43.3");
    expect([0, 1, 0.9996, 0.99996, 0.00001, 0.0004, 1 - 1e-9, 1.5].map(percentage)).toEqual([
      "0.0",
      "100.0",
      "99.96",
      "99.996",
      "0.001",
      "0.04",
      "100.0",
      "150.0",
    ]);
    expect([0, 0.001, 0.005, 1].map((value) => meanOf(value, 2))).toEqual(["0.00", "< 0.01", "0.01", "1.00"]);
    expect([counted(1, "problem"), counted(0, "problem")]).toEqual(["1 problem", "0 problems"]);
    expect(dollars(0.00001)).toBe("< $0.0001");
    expect(count(32_800)).toBe("32\u202f800");
    expect(count(164)).toBe("164");
    expect(dollars(0)).toBe("$0.00");
    expect(dollars(0.01234)).toBe("$0.0123");
    expect(dollars(12.345)).toBe("$12.35");
  });
});
