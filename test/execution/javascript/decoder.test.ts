import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";

const require = createRequire(import.meta.url);
const folder = "../../../src/execution/javascript";
const { Encoder } = require(`${folder}/codec.cjs`);
const { Decoder } = require(`${folder}/decoder.cjs`);
const { HandleTable } = require(`${folder}/handles.cjs`);
const { Peer } = require(`${folder}/peer.cjs`);
const { describeRealm } = require(`${folder}/realm.cjs`);
const { ProtocolError, frameOf } = require(`${folder}/shapes.cjs`);

const realm = describeRealm(globalThis, []);
const newHandles = (isWary: boolean) =>
  new HandleTable(
    realm,
    () => undefined,
    isWary,
    () => undefined,
  );
const decode = (entries: unknown, handles = newHandles(true)) => new Decoder(realm, handles, entries).list;

/** Everything that JSON can say in the place of an index, an id, a key, a tag or a length. */
const odd = [
  "__proto__",
  "constructor",
  "toString",
  "push",
  "fill",
  "length",
  "0",
  -1,
  0.5,
  1e21,
  2 ** 53,
  null,
  true,
  [],
  [0],
  {},
  { p: "fill" },
  { p: -1 },
  { p: 0, u: 1 },
  { b: "0x10" },
  { b: "" },
  { n: "5" },
  { y: "x" },
  { y: ["a"] },
  { z: 1 },
  JSON.parse('{"__proto__":1}'),
];

const description = { name: "f", length: 0, parent: "Object", members: [], statics: [] };

/** Objects as an honest candidate writes them; each place of each is filled with everything odd. */
const honest: unknown[][] = [
  ["a", [1, { p: 0 }]],
  ["A", 3, [["0", 1]]],
  ["o", [["x", { u: 1 }]]],
  ["O", [["x", { n: "-0" }]]],
  ["m", [[1, { b: "5" }]]],
  ["s", [{ y: [null, "s"] }]],
  ["d", 5],
  ["x", "a+", "g", 0],
  ["t", "Uint16Array", "AAAA".repeat(2)],
  ["T", "AAAA"],
  ["w", 5],
  ["f", 5, { ...description, members: [["m", "method"]], statics: [["s", "accessor"]] }],
  ["c", 6, null, [["x", 1]], [["y", "property"]]],
  ["e", 9, ["TypeError", null, "TypeError", "no", 1], [["code", 5]], [["cause", 5]]],
  ["i", 7],
  ["P", 8],
];

/** Copies of a JSON value in which one part is replaced. */
function* damaged(value: unknown, replacement: unknown): Generator<unknown> {
  yield replacement;
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    for (const part of damaged((value as Record<string, unknown>)[key], replacement)) {
      yield Array.isArray(value) ? value.map((x, at) => (`${at}` === key ? part : x)) : { ...value, [key]: part };
    }
  }
}

const shared = [Object, Array, Function, Map, Set, Promise, Error].flatMap((Class) => [Class, Class.prototype]);
const stateOf = (objects: readonly object[]) =>
  objects.map((object) => [Object.getPrototypeOf(object), Object.getOwnPropertyDescriptors(object)]);

describe("the decoder of JavaScript values", () => {
  it("reads every kind of object", () => {
    expect(decode(honest)).toHaveLength(honest.length);
  });

  it("gives nothing but fresh objects, and changes none that was there, whatever is written", () => {
    const before = stateOf(shared);
    let refused = 0;
    let reached = false;
    for (const entry of honest) {
      for (const replacement of odd) {
        for (const entries of [...damaged([entry], replacement)]) {
          try {
            for (const object of decode(JSON.parse(JSON.stringify(entries)))) reached ||= shared.includes(object);
          } catch {
            refused++;
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(2000);
    expect(reached).toBe(false);
    expect(isDeepStrictEqual(stateOf(shared), before)).toBe(true);
  });

  it.each(odd.filter((index) => typeof index !== "object"))("takes %j for no index", (index) => {
    expect(() => decode([["a", [{ p: index }]]])).toThrow(ProtocolError);
    expect(() => decode([["k", index, []]])).toThrow(ProtocolError);
  });

  it("keeps a handle of the kind that it is", () => {
    const handles = newHandles(true);
    decode([["P", 5]], handles);
    expect(() => decode([["c", 5, null, [["then", 1]]]], handles)).toThrow(ProtocolError);
  });

  it("changes only instances among what was handed out, and none of their methods", () => {
    class Point {
      x = 1;
      equals() {
        return false;
      }
    }
    const point = new Point();
    const generator = (function* () {})();
    const handles = newHandles(true);
    const encoder = new Encoder(realm, handles);
    for (const value of [point, generator]) encoder.atom(value);
    const ids = encoder.entries().map((entry: unknown[]) => entry[1]);
    const stub = ["f", 9, { ...description, parent: null }];
    decode(
      [
        stub,
        [
          "k",
          ids[0],
          [
            ["equals", { p: 0 }],
            ["x", 2],
          ],
        ],
      ],
      handles,
    );
    expect(Object.keys(point)).toEqual(["x"]);
    expect(point).toMatchObject({ x: 2 });
    expect(() => decode([stub, ["k", ids[1], [["next", { p: 0 }]]]], handles)).toThrow(ProtocolError);
  });
});

describe("frames", () => {
  it.each([
    null,
    5,
    "text",
    [],
    {},
    { o: [] },
    { r: 1 },
    { r: 1, e: 1, o: [] },
    { r: 1, o: {} },
    { r: 1, o: [], m: {} },
    { q: 5, v: [], o: [] },
    { q: "call", o: [] },
    { q: "call", v: [], r: 1, o: [] },
    { r: 1, o: [], x: 1 },
    JSON.parse('{"r":1,"o":[],"__proto__":{"q":"call"}}'),
  ])("that are none are refused: %j", (frame) => {
    expect(() => frameOf(frame)).toThrow(ProtocolError);
  });

  it("call nothing that was not handed out", () => {
    const peer = new Peer({ realm, wary: true, lineOf: () => undefined, exchange: () => undefined });
    for (const q of ["call", "new", "method", "get", "set", "step"]) {
      const frame = {
        q,
        v: [{ p: 0 }, "x", { p: 1 }],
        o: [
          ["f", 5, { ...description, parent: null }],
          ["a", []],
        ],
      };
      expect(peer.serve(frame), q).toMatchObject({ e: { p: 2 } });
    }
  });
});
