/** A licence that a text names instead of giving its words. */
export interface NamedLicense {
  /** Matched against what `normalize` leaves of a text. */
  readonly name: RegExp;
  /** SPDX identifier. */
  readonly license: string;
}

const under =
  "(?:licen[cs]e[ds]?|licenses|under|or|and)(?: is| are)?(?: under| to you under)?(?: the)?(?: terms of(?: the)?)?(?: of)?";

/** Licences that allow use without sharing one's own work, by the words in which they are granted. */
export const permissiveNames: readonly NamedLicense[] = [
  { name: new RegExp(`\\b(?:mit|expat|mit x11) licen[cs]|\\b${under} mit\\b(?! style| like)`), license: "MIT" },
  {
    name: new RegExp(
      `\\bapache (?:software )?(?:public )?licen[cs]e(?!.{0,12} 1 [01]\\b)|\\bapache ?(?:version |v )?v?2\\b|\\b${under} apache\\b(?! (?:style|like|software foundation|1 ))`,
    ),
    license: "Apache-2.0",
  },
  {
    name: /\b(?:3|three) clause (?:\w+ )?bsd\b|\bbsd (?:3|three)\b|\b(?:modified|new|revised) bsd\b/,
    license: "BSD-3-Clause",
  },
  {
    name: /\b(?:2|two) clause (?:\w+ )?bsd\b|\bbsd (?:2|two)\b|\bsimplified bsd\b|\bfreebsd licen/,
    license: "BSD-2-Clause",
  },
  { name: /\b(?:0|zero) clause bsd\b|\b0bsd\b/, license: "0BSD" },
  { name: new RegExp(`\\bisc licen[cs]|\\b${under} isc\\b`), license: "ISC" },
  { name: /\bzlib(?: libpng)? licen[cs]/, license: "Zlib" },
  { name: /\bboost software licen[cs]/, license: "BSL-1.0" },
  { name: /\bfree and unencumbered software released into the public domain|\bthe unlicense\b/, license: "Unlicense" },
  { name: /\bcc0\b|\bpublicdomain zero 1 0\b/, license: "CC0-1.0" },
  {
    name: /\bpython (?:software foundation )?licen[cs]e\b(?! agreement)|\bpsf licen[cs]/,
    license: "PSF-2.0",
  },
  { name: /\bwtfpl\b|\bdo what the fuck you want to public licen[cs]/, license: "WTFPL" },
  { name: /\buniversal permissive licen[cs]/, license: "UPL-1.0" },
  { name: /\bpostgresql licen[cs]/, license: "PostgreSQL" },
  { name: /\bblue oak model licen[cs]/, license: "BlueOak-1.0.0" },
  { name: /\bartistic licen[cs]e(?: version)? 2/, license: "Artistic-2.0" },
];

/** Licences that ask for more, by their names; the GNU licences are told apart from these, by version. */
export const restrictiveNames: readonly NamedLicense[] = [
  { name: /\bmozilla public licen[cs]e(?: mpl)?(?: version| v)? ?2|\bmpl(?: version| v)? ?2\b/, license: "MPL-2.0" },
  { name: /\bmozilla public licen[cs]e(?! (?:version |v )?2)|\bmpl(?: version| v)? ?1 ?[01]?\b/, license: "MPL-1.1" },
  { name: /\beclipse public licen[cs]e(?!.{0,20} 2 0\b)/, license: "EPL-1.0" },
  { name: /\beclipse public licen[cs]e.{0,20} 2 0\b/, license: "EPL-2.0" },
  {
    name: /\bcommon development and distribution licen[cs]|\bcddl(?: version| v)? ?1|\bcddl licen|\b(?:licen[cs]e|under|under the|or|and) cddl\b/,
    license: "CDDL-1.0",
  },
  { name: /\beuropean union public licen[cs]|\beupl\b/, license: "EUPL-1.2" },
  { name: /\bcecill\b/, license: "CECILL-2.1" },
  { name: /\bmicrosoft public licen[cs]/, license: "MS-PL" },
  { name: /\bmicrosoft reciprocal licen[cs]/, license: "MS-RL" },
  { name: /\bopen software licen[cs]/, license: "OSL-3.0" },
  { name: /\bacademic free licen[cs]/, license: "AFL-3.0" },
  { name: /\bapache (?:software )?licen[cs]e.{0,12} 1 1\b/, license: "Apache-1.1" },
  ...[
    /\b(?:common|ibm|netscape|q|apple|apple public source|nokia|sun|ricoh|jabber|lucent|reciprocal|server side|cryptix|zope|affero) public (?:source )?licen[cs]/,
    /\b(?:business source|elastic|sleepycat|sun industry standards|polyform \w+|aladdin free|ruby|perl|php|artistic) licen[cs]e\b(?! (?:version )?2)/,
    /\bcommon public attribution|\bcommons clause\b|\bsspl\b|\bbusl\b/,
    /\bcreative commons (?:attribution|licen|by |share|non)|\bcreativecommons org licen|\bcc by\b/,
    /\b(?:end user|software|source code|commercial|evaluation|express) licen[cs]e agreement/,
    /\bshall be used for good not evil\b/,
  ].map((name) => ({ name, license: "LicenseRef-Other" })),
];

/** What only the owners of a text write that others may not use. */
export const proprietaryMarks =
  /\bproprietary (?:and |or )?confidential|\bconfidential (?:and |or )?(?:\w+ )?proprietary|\bremains? the (?:sole |exclusive )?property of\b|\b(?:sole|exclusive) property of\b|\blicensed materials property of\b|\buse is subject to licen[cs]e terms\b|\bproprietary (?:licen[cs]|software|information|material|rights|notice|source code|trade)|\btrade secrets?\b|\bunauthori[sz]ed (?:copying|use|distribution|redistribution|reproduction|duplication|disclosure|modification)\b|\bno part of this (?:file|software|program|code|source|document|work|module)\b|\b(?:for|to) (?:non ?commercial|research|academic|educational|evaluation|personal)(?: \w+){0,4} (?:use|purposes?) only\b|\bonly for (?:non ?commercial|research|academic|educational|evaluation)\b|\b(?:not for|no) commercial use\b|\bcommercial use(?: \w+){0,3} (?:not (?:permitted|allowed)|prohibited|forbidden)|\bnot for (?:re)?distribution\b|\bcompany confidential\b|\bstrictly confidential\b/;

const thing =
  "(?:file|software|program|code|source|document|material|information|work|module|script|product|listing)s?";
const copied =
  "(?:used )?(?:or )?(?:copied|reproduced|disclosed|distributed|redistributed|duplicated|disseminated|published)";

/** What says the same only beside words like "copyright": of queues and locks as well it is said that they may not be copied. */
export const proprietaryTerms = new RegExp(
  [
    `\\b(?:this|the) ${thing}(?: \\w+){0,12} (?:may|must|shall|can|is|are) not(?: \\w+){0,3} be ${copied}\\b(?!.{0,80}\\bexcept\\b)`,
    `\\b(?:may|must|shall|can) not be ${copied}\\b.{0,60}\\b(?:without|in whole|in part|in any|by any)\\b(?!.{0,80}\\bexcept\\b)`,
    `\\bnot to be ${copied}\\b(?!.{0,80}\\bexcept\\b)`,
    "\\b(?:copying|reproduction|redistribution|duplication|dissemination|disclosure)(?: \\w+){0,15} (?:prohibited|forbidden|not (?:permitted|allowed))\\b",
    "(?<!\\b(?:you|we|they|that|which|who) )\\bdo not (?:re)?distribute\\b",
    "\\b(?:is|are)(?: \\w+){0,2} (?:confidential|proprietary)\\b",
    "\\bproprietary\\b.{0,60}\\ball rights reserved\\b|\\ball rights reserved\\b.{0,60}\\b(?:proprietary|confidential)\\b",
    "\\bnon ?commercial (?:use|purposes|research|licen)",
  ].join("|"),
);
