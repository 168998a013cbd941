import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellWord } from "../../src/cli/output.ts";

it("a path that is printed as part of a command means itself in a shell", () => {
  expect(shellWord("runs/human-eval-x.1")).toBe("runs/human-eval-x.1");
  for (const name of ["", "x y", "it's", "$HOME", "näme;ls", "a\nb"])
    expect(execFileSync("sh", ["-c", `printf %s ${shellWord(name)}`], { encoding: "utf8" })).toBe(name);
});
