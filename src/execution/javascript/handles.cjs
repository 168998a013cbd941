"use strict";
// Things with behaviour do not cross between tester and candidate; handles on them do, in both directions.

const { ProtocolError, listOf, wholeNumberOf } = require("./shapes.cjs");
const { ExportTable } = require("./exports.cjs");
const { ImportTable } = require("./imports.cjs");

/**
 * @typedef {import("./codec.cjs").Entry} Entry
 * @typedef {import("./codec.cjs").Encoder} Encoder
 * @typedef {import("./decoder.cjs").Decoder} Decoder
 */

class HandleTable {
  /**
   * @param {import("./realm.cjs").Realm} realm
   * @param {import("./imports.cjs").Ask} ask has the other side do something
   * @param {boolean} wary whether the other side may be hostile
   * @param {(error: Error) => number | undefined} lineOf line of the program that raised an error
   */
  constructor(realm, ask, wary, lineOf) {
    this.given = new ExportTable(realm, lineOf);
    this.received = new ImportTable(realm, ask, wary);
  }

  /** @param {object} value @param {Encoder} encoder @returns {Entry | undefined} */
  encode(value, encoder) {
    return this.received.encode(value, encoder) ?? this.given.encode(value, encoder);
  }

  /** @param {Entry} entry @returns {object} */
  shell(entry) {
    return entry[0] === "k" ? this.given.value(wholeNumberOf(entry[1])) : this.received.shell(entry);
  }

  /** @param {string} key @param {unknown} value @param {object} target */
  admits(key, value, target) {
    const { judges } = this.received;
    return judges.admits(key, value) && !(judges.wary && this.#replacesMethod(key, value, target));
  }

  /** Whether a function of the other side would take the place of one of this side's. @param {string} key @param {unknown} value @param {object} target */
  #replacesMethod(key, value, target) {
    if (typeof value !== "function" || !this.given.has(target)) return false;
    if (typeof Reflect.get(target, key) !== "function") return false;
    return !(Object.hasOwn(target, key) && this.given.has(value));
  }

  /** @param {Entry} entry @param {object} target @param {Decoder} decoder */
  fill(entry, target, decoder) {
    const [kind, id, changes] = entry;
    if (kind !== "k") return this.received.fill(entry, target, decoder);
    if (this.given.value(wholeNumberOf(id)) !== target) throw new ProtocolError("that is another object");
    if (listOf(changes).length === 0) return;
    if (!this.given.isInstance(target)) throw new ProtocolError("that object has no data to change");
    decoder.assign(target, changes);
  }
}

exports.HandleTable = HandleTable;
