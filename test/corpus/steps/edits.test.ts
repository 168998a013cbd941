import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { apiFactor, resamplingWeight } from "../../../src/corpus/resampling.ts";
import { openLocal } from "./drafts.ts";

const edited = async (name: string, text: string, options = {}, path = "a.py") => {
  const { draft } = await (await openLocal(name, options)).judge(text, { path });
  return { text: draft.content, edits: Object.fromEntries(draft.edits) };
};

describe("comments", () => {
  it("takes the licence at the head and low-rate comments, and leaves the rest", async () => {
    const text = [
      "#!/usr/bin/env python",
      "# -*- coding: utf-8 -*-",
      "# Copyright (c) 2020 Somebody",
      "# Licensed under the Apache License, Version 2.0",
      "",
      "# What this module is for.",
      "#",
      '"""Copyright in a docstring stays. ----"""',
      "# ------------------------------",
      "x = 1  # 变量的值在这里",
      "y = '# ----'  # plain",
      "# Copyright in the middle stays",
      "",
    ];
    const expected = [0, 1, 4, 5, 6, 7].map((line) => text[line]).concat("x = 1", text.slice(10));
    expect(await edited("comments", text.join("\n"))).toEqual({
      text: expected.join("\n"),
      edits: { "licence headers removed": 1, "low-rate comments removed": 2 },
    });
  });

  it("does the same for languages with blocks", async () => {
    const text = "/*\n * Copyright 2020 A\n */\n\n// Adds.\nfunc Add() {}\n//////////\n";
    expect((await edited("comments", text, {}, "a.go")).text).toBe("\n// Adds.\nfunc Add() {}\n");
    expect((await edited("comments", text, { licenseHeaders: false, minimumRate: 0 }, "a.go")).text).toBe(text);
  });

  it.each([
    ["a.go", "//go:build !a && (!b || !c)\n\npackage a\n"],
    ["a.go", '// #include <a.h>\n// int f() {\n// }\nimport "C"\n'],
    ["a.py", "# Copyright 2020 A\n# mypy: allow-untyped-defs\n# -*- coding: utf-8 -*-\nx = 1  # type: [(((]\n"],
    ["a.js", "// Copyright 2020 A\n/* eslint-disable */\nconst a = /* @__PURE__ */ new Map();\n"],
    ["a.ts", '/// <reference types="a" />\n// @ts-expect-error [((())]\nlet a;\n'],
  ])("leaves directives (%s: %j)", async (path, text) => {
    const kept = text.split("\n").filter((line) => !line.includes("Copyright"));
    expect((await edited("comments", text, {}, path)).text).toBe(kept.join("\n"));
  });

  it("leaves what the file is for beside its licence, and takes all paragraphs of that", async () => {
    const purpose = ["# Reads tables.", "# They may be long."];
    const license = [
      "# Copyright (c) 2020 A",
      "#",
      "# This program is free software.",
      "#",
      "# License along with it: gnu.org/licenses/",
    ];
    const text = [...purpose, "#", ...license, "#", "# See the manual, too.", "x = 1", ""].join("\n");
    const expected = [...purpose, "#", "# See the manual, too.", "x = 1", ""].join("\n");
    expect((await edited("comments", text)).text).toBe(expected);
    const end = [...purpose, "#", ...license, "", "x = 1", ""].join("\n");
    expect((await edited("comments", end)).text).toBe([...purpose, "", "x = 1", ""].join("\n"));
  });

  it("leaves drawings and examples with the words that explain them, without rulers and other scripts", async () => {
    const text = [
      "# --------------------",
      "# The matrix of all weights:",
      "#   [[1, 0],",
      "#    [0, 1]]",
      "# 变量的值在这里",
      "# ====================",
      "x = 1  # ((()))",
      "# }}}",
      "",
      "# ---",
      "# (*)",
      "y = 1",
    ];
    const expected = [1, 2, 3].map((line) => text[line]).concat("x = 1", "", "y = 1");
    expect((await edited("comments", text.join("\n"))).text).toBe(expected.join("\n"));
  });
});

describe("mask", () => {
  it("counts what it did", async () => {
    expect(await edited("mask", "# ann@web.de\nx = 1\n")).toEqual({
      text: "# <EMAIL>\nx = 1\n",
      edits: { "e-mail addresses masked": 1 },
    });
    expect((await edited("mask", "# ann@web.de\n", { emails: false })).text).toBe("# ann@web.de\n");
  });

  it("sees secrets before the addresses that are in them", async () => {
    const text = "# ann@web.de\nx = 'https://u:h0p@scotch.io@db.web.de/x'\n";
    expect(await edited("mask", text)).toEqual({
      text: "# <EMAIL>\nx = 'https://u:<SECRET>@db.web.de/x'\n",
      edits: { "secrets masked": 1, "e-mail addresses masked": 1 },
    });
  });
});

const weighed = async (text: string, options: Record<string, unknown>) =>
  (await (await openLocal("weight", options)).judge(text)).draft;

describe("weight", () => {
  it("is the published formula", () => {
    expect(resamplingWeight(0, 0)).toBe(1);
    expect(resamplingWeight(99, 0)).toBeCloseTo(1.4, 12);
    expect(resamplingWeight(99_999, 0.5)).toBeCloseTo(2, 12);
    expect(resamplingWeight(10 ** 9, 1)).toBeCloseTo(1, 12);
    expect(resamplingWeight(0, 0.8)).toBeCloseTo(0.7, 12);
  });

  it("counts unit tests by syntax", async () => {
    const step = await openLocal("weight");
    const text = "def test_a():\n    pass\ndef b():\n    pass\ndef test_c():\n    pass\ndef test_d():\n    pass\n";
    const { draft } = await step.judge(text, { stars: 9 });
    expect(draft.weight).toBeCloseTo(1.2 * (1.5 - 0.75), 12);
    expect((await step.judge("x = 1\n")).draft.weight).toBe(1);
  });

  it("applies the factor for API names where it is given the library's APIs", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-apis-"));
    try {
      const apis = path.join(folder, "apis.jsonl");
      const names = ["a.isin", "b.isin", "c.isin", "a.mean", "a.other"];
      await writeFile(apis, names.map((name) => `${JSON.stringify({ api_name: name })}\n`).join(""));
      const text = "x.isin(x.isin(mean (y)), len(z))\n";
      // Two names that could mean four APIs.
      const factor = Math.log(4 / 2);
      expect((await weighed(text, { apis })).weight).toBeCloseTo(5 - factor * 0.2, 12);
      expect((await weighed(text, { apis, apiFactor: "published-code" })).weight).toBeCloseTo(1 - factor / 5, 12);
      await writeFile(apis, '{"title": "isin"}\n');
      await expect(weighed(text, { apis })).rejects.toThrow("apis.jsonl, line 1");
    } finally {
      await rm(folder, { recursive: true });
    }
    await expect(weighed("", { apis: "nowhere.jsonl" })).rejects.toThrow("there is no such file");
  });

  it("has the paper's factor for ambiguous API names and the published code's", () => {
    expect(apiFactor(0, 0, "paper")).toBe(5);
    expect(apiFactor(10, 10, "published-code")).toBe(1);
    expect(apiFactor(1, Math.E, "paper")).toBeCloseTo(4.8, 12);
    expect(apiFactor(1, Math.E, "published-code")).toBeCloseTo(0.8, 12);
    expect(apiFactor(1, 10 ** 9, "published-code")).toBe(0);
  });
});
