import { describe, expect, it } from "vitest";
import { choosePreset, readPresets } from "../../src/training/presets.ts";
import { chooseRegime, regimes } from "../../src/training/regimes.ts";
import { parseSettings, settingsWith } from "../../src/training/settings.ts";

describe("settings", () => {
  it("are read as a user types them", () => {
    const typed = ["learning_rate=1e-4", "compile=false", "threads=null", "schedule=linear", "micro_batch=3"];
    expect(parseSettings(typed)).toEqual({
      learning_rate: 1e-4,
      compile: false,
      threads: null,
      schedule: "linear",
      micro_batch: 3,
    });
  });

  it.each([
    ["learning_rat=1", 'setting "learning_rat": there is no such one. Did you mean learning_rate?'],
    ["micro_batch", "--set micro_batch: this is no setting. Write it as NAME=VALUE."],
    ["=3", "this is no setting"],
    ["micro_batch=0", "--set micro_batch=0: "],
    ["micro_batch=many", "--set micro_batch=many: "],
    ["schedule=cosin", "--set schedule=cosin: "],
    ["held_out=1", "--set held_out=1: "],
    ["seed=4294967296", "--set seed=4294967296: "],
    ["threads=100000", "--set threads=100000: "],
  ])("refuse %s", (typed, message) => {
    expect(() => parseSettings([typed])).toThrow(message);
  });

  it("take the later change over the earlier one", () => {
    const { clip, seed, learning_rate } = settingsWith({ clip: 2, seed: 1 }, { seed: 2 });
    expect({ clip, seed, learning_rate }).toEqual({ clip: 2, seed: 2, learning_rate: settingsWith().learning_rate });
  });
});

describe("presets", () => {
  it("go from 1 M to 350 M parameters, the papers' 110 M among them, each near what its name says", async () => {
    const presets = await readPresets();
    expect([...presets.keys()]).toEqual(["1m", "5m", "10m", "25m", "60m", "110m", "350m"]);
    for (const [name, { parameters }] of presets)
      expect(Math.abs(parameters / (Number.parseInt(name, 10) * 1e6) - 1)).toBeLessThan(0.1);
  });

  it("are missed with what was probably meant", async () => {
    await expect(choosePreset("100m")).rejects.toThrow('preset "100m": there is no such one. Did you mean 10m or 110m');
  });
});

describe("regimes", () => {
  it("change only settings that there are", () => {
    for (const { settings } of regimes.values()) {
      const typed = Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      expect(parseSettings(typed)).toEqual(settings);
    }
  });

  it("are missed with what was probably meant", () => {
    expect(() => chooseRegime("codme")).toThrow('regime "codme": there is no such one. Did you mean codem?');
  });
});
