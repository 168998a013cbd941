import { expect, it } from "vitest";
import { namesIn } from "../../src/cli/arguments.ts";

it("names in a list may have commas themselves", () => {
  const known = new Set(["a", "a,b", "c, d", "e"]);
  expect(namesIn("a,b,e", known)).toEqual(["a,b", "e"]);
  expect(namesIn("e, a ,c, d", known)).toEqual(["e", "a", "c, d"]);
  expect(namesIn("e,unknown,,a", known)).toEqual(["e", "unknown", "a"]);
});
