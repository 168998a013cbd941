import { otherLicense, proprietaryLicense, spdxOf, together } from "./license.ts";
import {
  type NamedLicense,
  permissiveNames,
  proprietaryMarks,
  proprietaryTerms,
  restrictiveNames,
} from "./license-names.ts";
import { licenseTexts } from "./license-texts.ts";

/** A cheap test that every text with something on its licence passes. */
const hint =
  /licen[cs]|copyright|reserved|SPDX-|\b[AL]?GPL|proprietary|confidential|permission|prohibited|unauthori[sz]ed|trade\s+secret|commercial|creative ?commons/i;

const family = "(?:mit|apache|bsd|modified bsd|new bsd|gnu|l?gpl|isc|mpl)";

/** Words that leave the choice between the licences that a text names. */
const choice = new RegExp(
  [
    "\\b(?:dual|dually|double|triple|tri|multi|disjunctively) licen[cs]",
    "\\balternatively (?:\\w+ ){0,8}?(?:licen[cs]|terms|under|mit|apache|bsd|gnu|l?gpl)",
    "\\byour (?:choice|option)\\b(?! (?:under )?(?:any|a) later)",
    "\\b(?:choice of|either of|choose between|choose one of)(?: \\w+){0,2} (?:licen[cs]|mit|apache|bsd|gnu|l?gpl)",
    `\\beither (?:the )?${family}\\b`,
    `\\bor (?:under )?(?:the )?(?:terms of )?(?:the )?${family}\\b`,
  ].join("|"),
);

/** Words that speak of a part of the file: a licence named near them need not be the whole file's. */
const ofPart =
  /(?<!substantial )\b(?:portions|parts)\b|\b(?:derived|adapted|ported|borrowed|copied|taken|translated) from (?!this software)|\bbased on\b|\binspired by\b|\bthird party\b/;

/** Words that grant something: where no licence is recognised, they are those of one that is not known. */
const grant =
  /\bpermission is hereby granted|\bpermission (?:is granted )?to use copy|\bredistribution and use in source|\blicen[cs]ed (?:only )?under /;

/** Words that send the reader to another file: what lies there speaks, not the head. */
const elsewhere =
  /\bsee (?:also )?(?:the )?(?:\w+ ){0,3}(?:licen[cs]e|copying|readme|notice)|\b(?:in|with|of|to|by|at|under) (?:the |a |this )?(?:\w+ ){0,4}(?:licen[cs]e|licen[cs]ing|copying|notice|readme)(?: (?:md|txt|rst|html?|file|for|that|which|found|as)\b|$)|\broot (?:directory|folder)|\b(?:same|accompanying) (?:terms|licen[cs]e)|\b(?:bsd|mit|apache)(?: style| like| type)? licen/;

/**
 * The licence that the head of a source file names: SPDX tags, texts of short licences, the usual notices, or words that keep
 * others from using it. A licence that asks for little counts where it is granted; one that asks for more, where it is named.
 *
 * @param text the file's first comments, with or without their markers
 * @returns an SPDX expression, with `LicenseRef-Other` for a licence that is not known and `LicenseRef-Proprietary` for none
 *   at all; null when the text says nothing, as a copyright line does
 */
export function licenseOfHeader(text: string): string | null {
  if (!hint.test(text)) return null;
  const plain = normalize(text.replace(/(\d)\+/g, "$1 or later "));
  const owned = isProprietary(plain) ? [proprietaryLicense] : [];
  const tagged = taggedLicenses(text);
  if (tagged.length > 0) return together([...tagged, ...owned], "AND");
  const joined = grant.test(plain) ? normalize(text.replace(/(?<=[a-z])-\s*(?:[#*/]+\s*)?(?=[a-z])/gi, "")) : plain;
  const named = licensesIn(plain, joined);
  const found = named.length > 0 ? named : labelledLicenses(text);
  if (found.length > 0) return together([together(found, choice.test(plain) ? "OR" : "AND"), ...owned], "AND");
  if (owned.length > 0) return proprietaryLicense;
  return grant.test(plain) && !elsewhere.test(plain) ? otherLicense : null;
}

/** Lower case, words and single blanks: what is left of a text when layout, quotes and comment marks are taken away. */
export function normalize(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function isProprietary(plain: string): boolean {
  return (
    proprietaryMarks.test(plain) ||
    (/\bcopyright|\blicen[cs]|\brights reserved/.test(plain) && proprietaryTerms.test(plain))
  );
}

/** What the SPDX tags say: all of them hold. */
function taggedLicenses(text: string): string[] {
  const tags = text.matchAll(/SPDX-License-Identifier:[ \t]*([\w.+():/ \t-]{1,200})/gi);
  return [...tags].map(([, tag]) => spdxOf(tag!.replace(/[\s-]+$/, "")) ?? otherLicense);
}

/** The licences that the words name or are. */
function licensesIn(plain: string, joined: string): string[] {
  const written = writtenLicenses(plain, joined);
  const restrictive = [...gnuLicenses(plain), ...namesIn(plain, restrictiveNames)];
  const granted = permissiveNames.filter(({ name }) => {
    const place = name.exec(plain)?.index;
    return (
      place !== undefined && (written.length > 0 || !ofPart.test(plain.slice(Math.max(0, place - 200), place + 200)))
    );
  });
  return [...new Set([...written, ...restrictive, ...granted.map(({ license }) => license)])];
}

function namesIn(plain: string, names: readonly NamedLicense[]): string[] {
  return names.filter(({ name }) => name.test(plain)).map(({ license }) => license);
}

/** Texts of which every copy has words of its own, and notices that are about the whole file whatever else the head says. */
const ownWords: readonly NamedLicense[] = [
  {
    name: /\bpermission to use copy modify .{0,160}?hereby granted.{0,300}?supporting documentation/,
    license: "HPND",
  },
  {
    name: /\blicen[cs]e[ds] (?:this file )?(?:to you )?under the apache license (?:version )?2 0 the license\b/,
    license: "Apache-2.0",
  },
  {
    name: /\blicensed to (?:the )?(?:psf|python software foundation) under a contributor agreement/,
    license: "PSF-2.0",
  },
];

/**
 * The short licences whose text stands there.
 * @param joined the text without hyphens, which may have come with line breaks
 */
function writtenLicenses(plain: string, joined: string): string[] {
  const found = licenseTexts
    .filter(
      ({ passages, words: [, most] }) =>
        most < 300 && passages.every((passage) => plain.includes(passage) || joined.includes(passage)),
    )
    .map(({ id }) => id);
  found.push(...namesIn(plain, ownWords));
  // The text of the one holds that of the other.
  const within: Record<string, string> = { "BSD-2-Clause": "BSD-3-Clause", "0BSD": "ISC" };
  const own = found.filter((id) => !found.includes(within[id] ?? ""));
  if (!plain.includes("all advertising materials mentioning")) return own;
  return own.map((id) => (id.startsWith("BSD-") ? "BSD-4-Clause" : id));
}

const gnuName =
  /\b(?:(affero|lesser|library) )?general public licen[cs]es?\b|\b(a|l)?gpl(?:\b|(?=v?\d))(?! (?:compatible|incompatible|free))/g;

/** The GNU licences that are named, each with its version; without a version all of them hold. */
function gnuLicenses(plain: string): string[] {
  const found = new Map<string, string | undefined>();
  for (const match of plain.matchAll(gnuName)) {
    const before = plain.slice(Math.max(0, match.index - 60), match.index);
    if (/\b(?:compatible with(?: the)?|not|non)(?: gnu)? $/.test(before)) continue;
    const kind = match[1] ?? match[2];
    const family = kind === undefined ? "GPL" : kind.startsWith("a") ? "AGPL" : "LGPL";
    const version = gnuVersion(before, plain.slice(match.index + match[0].length, match.index + 250));
    // Of several mentions the first with a version counts: later ones speak of exceptions.
    if (found.get(family) === undefined) found.set(family, version);
  }
  const ids = [...found].map(
    ([family, version]) => `${family}-${version ?? `${family === "LGPL" ? 2 : 1}.0-or-later`}`,
  );
  return ids.map((license) => spdxOf(license) ?? otherLicense);
}

/** The version around a name, and "or later" where the words say so. */
function gnuVersion(before: string, after: string): string | undefined {
  const match =
    /^(?:.{0,140}?\b(?:versions?|ver|v) ?|(?: licen[cs]e)? ?v?)([123])(?: ([01]))?(?= |$)/.exec(after) ??
    /\bversion ([123])(?: ([01]))?(?: of the license)?(?: only)?(?: or (?:at your option )?(?:any )?later(?: version)?)? of the (?:gnu )?$/.exec(
      before,
    );
  if (match === null) return undefined;
  const isLater = /\b(?:any|a|or|and) (?:later|newer|above|higher)\b/.test(`${before.slice(-40)}|${after}`);
  return `${match[1]}.${match[2] ?? "0"}-${isLater ? "or-later" : "only"}`;
}

/** What a line such as `License: MIT` or `@license MIT` says. */
function labelledLicenses(text: string): string[] {
  const line = /^[^\w\n]*(?:@licen[cs]e\b|licen[cs]e[ \t]*:+|__licen[cs]e__[ \t]*=)[ \t:=]*([^\n]{0,200})/gim;
  return [...text.matchAll(line)].flatMap(([, value]) => labelled(value!.replace(/^["'\s]+|["'\s.,;*/]+$/g, "")));
}

function labelled(value: string): string[] {
  const known = spdxOf(value);
  if (known !== null) return [known];
  if (/^(?:proprietary|commercial|closed|private|none|unlicensed|all rights)/i.test(value)) return [proprietaryLicense];
  const isName =
    /^[A-Z][\w.+ -]{1,40}$/.test(value) && !/\b(?:see|file|same|below|above|bsd|public domain)\b/i.test(value);
  return isName ? [otherLicense] : [];
}
