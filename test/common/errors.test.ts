import { describe, expect, it } from "vitest";
import { nearMisses, UserError, unknownName } from "../../src/common/errors.ts";

describe("UserError", () => {
  it("joins scope, cause and remedy into one message", () => {
    const error = new UserError("samples.jsonl, line 3", "this is not JSON", "Mend or remove the line.");
    expect(error.message).toBe("samples.jsonl, line 3: this is not JSON. Mend or remove the line.");
  });

  it("is recognised by its marker, also from another copy of the package", () => {
    expect(UserError.isInstance(new UserError("a", "b"))).toBe(true);
    expect(UserError.isInstance(new Error("a: b"))).toBe(false);
    expect(UserError.isInstance({ [Symbol.for("apprentice.UserError")]: true })).toBe(true);
    expect(UserError.isInstance(null)).toBe(false);
  });
});

describe("nearMisses", () => {
  const known = ["human-eval", "numpy-eval", "pandas-eval", "mbpp"];

  it("finds what was meant, best first", () => {
    expect(nearMisses("humaneval", known)[0]).toBe("human-eval");
    expect(nearMisses("pandas-evil", known)[0]).toBe("pandas-eval");
    expect(nearMisses("hum", known)).toEqual(["human-eval"]);
  });

  it("stays silent when nothing is near", () => {
    expect(nearMisses("quicksort-of-everything", known)).toEqual([]);
  });

  it("makes an error that names the near miss, or else all names", () => {
    expect(unknownName("benchmark", "mbbp", known).message).toBe(
      'benchmark "mbbp": there is no such one. Did you mean mbpp?',
    );
    expect(unknownName("benchmark", "quicksort-of-everything", ["a", "b"]).message).toBe(
      'benchmark "quicksort-of-everything": there is no such one. Known: a, b.',
    );
  });
});
