import { describe, expect, it } from "vitest";
import { describeSyntax } from "../../src/code/describe.ts";
import { codeLanguages } from "../../src/code/languages.ts";
import { hasNotice, headOf, noticesIn } from "../../src/corpus/license-head.ts";

describe("a file's head", () => {
  it.each([
    ["#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n\n# a\nx = 1\n", "# a"],
    ['\ufeff"""Doc\nstring"""\r\nfrom __future__ import annotations\r\n# a\r\nx = 1\r\n', "# a"],
    ["'''one'''\n__license__ = 'MIT'\nx = 1\n", "MIT"],
    ["'use strict';\n/* a\n */ function f() {}\n", "/* a"],
    ["#ifndef A_H\n#define A_H\n/* a */\nint x;\n", "/* a */"],
    ['#ifndef A_H\n#ifdef __cplusplus\nextern "C" {\n#endif\n/* a */\nint x;\n', "/* a */"],
    ["__author__ = 'b'\nimport a\n__license__ = 'GPL'\nx = 1\n", "__license__ = 'GPL'"],
    ["package a.b;\n/* a */\nclass A {}\n", "/* a */"],
    ["// +build linux\n\n// a\npackage main\nvar x int\n", "// a"],
    ["#![allow(dead_code)]\n//! a\nfn f() {}\n", "//! a"],
  ])("of %j holds %j and no code", (content, part) => {
    const head = headOf(content).text;
    expect(head).toContain(part);
    expect(head).not.toMatch(/x = 1|function|int x|class|var|fn f/);
  });

  it("is read to its end where it has hundreds of lines, and not for ever", () => {
    const lines = "# history of the file, one change a line\n".repeat(900);
    expect(headOf(`${lines}# a\nx = 1\n`).text).toContain("# a");
    expect(headOf(`/* ${"a".repeat(1_000_000)}`).text.length).toBeLessThan(100_000);
    expect(headOf("x = 1\n# SPDX-License-Identifier: MIT\n").text).toBe("");
  });
});

describe("notices behind the head", () => {
  it("are those in comments, whole", async () => {
    const text =
      "import a\n# GNU General\n# Public License\n# version 2\n\n# other\nx = '# Unauthorized copying'\n# b\n";
    const { comments } = await describeSyntax(await codeLanguages.get("python"), ".py", text);
    expect(hasNotice(text, headOf(text).end)).toBe(true);
    expect(noticesIn(text, 0, comments)).toBe("# GNU General\n# Public License\n# version 2\n\n# other");
    expect(hasNotice("import a\n# Copyright\n", 0)).toBe(false);
  });
});
