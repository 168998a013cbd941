import { describe, expect, it } from "vitest";
import { maskEmails } from "../../../src/corpus/masking/email-addresses.ts";

describe("e-mail addresses", () => {
  it.each([
    ["Ann <ann.b+c@mail.example-host.co.uk>, bob@web.de.", "Ann <<EMAIL>>, <EMAIL>.", 2],
    ["ANN@WEB.DE ann@a.technology", "<EMAIL> <EMAIL>", 2],
    ["a\\nann@web.de\\n", "a\\n<EMAIL>\\n", 1],
    ["...ann@web.de;bob@web.de", "...<EMAIL>;<EMAIL>", 2],
    ["mailto:ann@web.de?subject=a", "mailto:<EMAIL>?subject=a", 1],
  ])("are masked in %s", (text, masked, count) => expect(maskEmails(text)).toEqual({ text: masked, count }));

  it.each([
    ["a matrix product", "a@b.inverse()"],
    ["a matrix product", "w@x.T"],
    ["a matrix product", "q@k.mT + b"],
    ["a matrix product", "A@x.to(device)"],
    ["a matrix product", "x@y.at[0]"],
    ["a matrix product", "a @ b.com"],
    ["a decorator", "@app.route"],
    ["a decorator", "@ann.com"],
    ["a repository", "git@github.com:a/b.git"],
    ["an algorithm", "aes256-gcm@openssh.com"],
    ["an example", "me@example.com"],
    ["an example", "me@mail.example.org"],
    ["a version", "left-pad@1.2.3"],
    ["a file", "logo@2x.png"],
    ["a template", "%s@web.de"],
    ["a template", "{first}.b@web.de"],
    ["a template", "$name@web.de"],
    ["a URL's user", "ssh://ann@web.de/x"],
    ["a URL's password", "https://user:password@web.de/x"],
    ["no host", "ann@web"],
    ["no name", "a.@web.de"],
  ])("are not %s: %s", (_, text) => expect(maskEmails(text)).toEqual({ text, count: 0 }));

  it("stays quick on what is made to be slow", () => {
    const start = performance.now();
    for (const piece of ["a.", "@", "a@", "a@b.", "://", "://a@b.de", "@b-"]) maskEmails(piece.repeat(100_000));
    maskEmails(`${"a.".repeat(50_000)}@${"b-".repeat(50_000)}`);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
