import { readdir } from "node:fs/promises";
import path from "node:path";
import { unknownName } from "./errors.ts";

/**
 * The members of a family (languages, benchmarks, strategies, model providers, commands): every module of a folder
 * registers itself by being there, under its export `member`.
 */
export class Registry<Member extends { readonly name: string }> {
  #members: Promise<ReadonlyMap<string, Member>> | undefined;

  /**
   * @param kind what a member is called in messages, for example `benchmark`
   * @param folder URL of the folder, with a trailing slash
   */
  constructor(
    readonly kind: string,
    readonly folder: URL,
  ) {}

  /** All members by name, in alphabetical order. */
  all(): Promise<ReadonlyMap<string, Member>> {
    this.#members ??= this.#load();
    return this.#members;
  }

  /** The member of that name. Throws a UserError with near misses when there is none. */
  async get(name: string): Promise<Member> {
    const member = (await this.#loadOne(name)) ?? (await this.all()).get(name);
    if (member === undefined) throw unknownName(this.kind, name, (await this.all()).keys());
    return member;
  }

  /** The member of the file of that name, which most have, so that the others need not be loaded. */
  async #loadOne(name: string): Promise<Member | undefined> {
    if (this.#members !== undefined) return undefined;
    const file = (await this.#files()).find((each) => each === `${name}${path.extname(each)}`);
    if (file === undefined) return undefined;
    const { member } = await this.#import(file);
    return member?.name === name ? member : undefined;
  }

  async #files(): Promise<string[]> {
    return (await readdir(this.folder)).filter((file) => /(?<!\.d)\.(ts|js)$/.test(file)).sort();
  }

  async #import(file: string): Promise<{ member?: Member }> {
    return (await import(new URL(file, this.folder).href)) as { member?: Member };
  }

  async #load(): Promise<ReadonlyMap<string, Member>> {
    const modules = await Promise.all(
      (await this.#files()).map(async (file) => ({ file, exports: await this.#import(file) })),
    );
    const members = new Map<string, Member>();
    for (const { file, exports } of modules) {
      if (exports.member === undefined) throw new Error(`${this.kind} file ${file} does not export "member"`);
      if (members.has(exports.member.name))
        throw new Error(`two ${this.kind} files are named "${exports.member.name}"`);
      members.set(exports.member.name, exports.member);
    }
    return new Map([...members].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
