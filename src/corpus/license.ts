import { nearMisses } from "../common/errors.ts";
import { licenseTexts } from "./license-texts.ts";

/** SPDX's form for a licence outside its list: the text names one that is not known here. */
export const otherLicense = "LicenseRef-Other";

/** The same for a text that says that others may not use it. */
export const proprietaryLicense = "LicenseRef-Proprietary";

/** Other SPDX identifiers that packages declare. */
const otherIdentifiers = [
  "AFL-3.0 AGPL-1.0-or-later AGPL-3.0-or-later Apache-1.1 Artistic-2.0 BSD-3-Clause-Clear BSD-4-Clause BlueOak-1.0.0 CC-BY-3.0 CC-BY-4.0",
  "CC-BY-NC-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CDDL-1.0 CECILL-2.1 CNRI-Python ECL-2.0 EPL-1.0 EPL-2.0 EUPL-1.2 GPL-1.0-or-later GPL-2.0-or-later",
  "GPL-3.0-or-later HPND LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-or-later LGPL-3.0-or-later LPPL-1.3c MIT-CMU MPL-1.1 MS-PL",
  "MS-RL MulanPSL-2.0 NCSA OFL-1.1 OSL-3.0 PostgreSQL Unicode-3.0 Unicode-DFS-2016 UPL-1.0 Vim W3C WTFPL X11 ZPL-2.1",
].flatMap((line) => line.split(" "));

const identifiers = new Map(
  [...licenseTexts.map(({ id }) => id), ...otherIdentifiers].map((id) => [id.toLowerCase(), id]),
);

/** What people, GitHub's API and package indexes write instead of the SPDX identifier, in the form that `simplified` gives. */
const otherNames = new Map<string, string>(
  Object.entries({
    MIT: "mit|mit license|the mit license|mit licence|expat|expat license|mit x11",
    "Apache-2.0":
      "apache|apache 2|apache 2 0|apache2|apache2 0|apache license|apache license 2|apache license 2 0|apache license version 2 0|apache software license|apache software license 2 0|apache v2|asl 2 0|al2",
    "BSD-3-Clause":
      "bsd 3 clause|bsd3|new bsd|new bsd license|modified bsd|modified bsd license|bsd 3|3 clause bsd|3 clause bsd license|bsd 3 clause license|bsd 3 clause new or revised license",
    "BSD-2-Clause":
      "bsd 2 clause|bsd2|simplified bsd|simplified bsd license|bsd 2|2 clause bsd|bsd 2 clause license|freebsd",
    ISC: "isc license|isc licence|isc license iscl|iscl",
    "MPL-2.0": "mpl 2|mozilla public license 2 0|mozilla public license 2 0 mpl 2 0|mozilla public license version 2 0",
    Unlicense: "the unlicense|the unlicense unlicense",
    Zlib: "zlib libpng license",
    "BSL-1.0": "boost|boost software license|boost software license 1 0|boost software license 1 0 bsl 1 0",
    "PSF-2.0": "psf|psfl|psf license|python software foundation license",
    "CC0-1.0": "cc0|cc0 1 0 universal|cc0 1 0 universal cc0 1 0 public domain dedication",
    "GPL-2.0-only": "gpl 2 0|gpl2|gplv2|gpl v2|gpl 2|gnu gpl v2|gnu general public license v2 gplv2|gnu gplv2",
    "GPL-2.0-or-later": "gpl 2 0+|gplv2+|gpl v2+|gnu general public license v2 or later gplv2+",
    "GPL-3.0-only": "gpl 3 0|gpl3|gplv3|gpl v3|gpl 3|gnu gpl v3|gnu general public license v3 gplv3|gnu gplv3",
    "GPL-3.0-or-later": "gpl 3 0+|gplv3+|gpl v3+|gnu general public license v3 or later gplv3+",
    "LGPL-2.1-only": "lgpl 2 1|lgplv2 1|lgpl v2 1",
    "LGPL-2.1-or-later": "lgpl 2 1+|lgplv2 1+",
    "LGPL-3.0-only": "lgpl 3 0|lgplv3|lgpl v3|gnu lesser general public license v3 lgplv3",
    "LGPL-3.0-or-later": "lgpl 3 0+|lgplv3+|gnu lesser general public license v3 or later lgplv3+",
    "AGPL-3.0-only": "agpl 3 0|agplv3|agpl v3|gnu affero general public license v3",
    "AGPL-3.0-or-later": "agpl 3 0+|agplv3+|gnu affero general public license v3 or later agplv3+",
  }).flatMap(([id, names]) => names.split("|").map((name) => [name, id] as const)),
);

/**
 * The SPDX form of what metadata call a licence: an identifier in any case, an expression of identifiers (`MIT OR
 * Apache-2.0`), or a name that people use (`Apache License 2.0`, GitHub's `gpl-3.0`, a trove classifier). A version of the GNU
 * licences without "or later" counts as that version only.
 *
 * @returns null for everything else: an unknown licence is no licence
 */
export function spdxOf(name: string): string | null {
  const text = name.replace(/^License :: (OSI Approved :: )?/, "").trim();
  if (text === "" || text.length > 200) return null;
  return licenseOfToken(text) ?? expressionOf(text);
}

/** The names that a mistyped licence may have meant, best first. */
export function licensesLike(name: string): string[] {
  return nearMisses(name, identifiers.values());
}

/** The licences of one thing that stands under all of them, as one expression; null when one of them is unknown. */
export function spdxOfAll(names: readonly string[], operator: "AND" | "OR" = "AND"): string | null {
  const ids = names.map(spdxOf);
  if (ids.length === 0 || ids.includes(null)) return null;
  return together(ids as string[], operator);
}

/** One expression of several that all hold, or that leave the choice. */
export function together(expressions: readonly string[], operator: "AND" | "OR"): string {
  const flat = expressions.flatMap((each) =>
    each.includes("(") || each.includes(operator === "AND" ? " OR " : " AND ") ? [each] : each.split(` ${operator} `),
  );
  const distinct = [...new Set(flat)].sort();
  if (distinct.length === 1) return distinct[0]!;
  return distinct
    .map((each) => (each.includes(" ") && !/^\([^()]*\)$/.test(each) ? `(${each})` : each))
    .join(` ${operator} `);
}

/**
 * Whether an SPDX expression allows use under the licences of a list: one side of an `OR`, all of an `AND`. Identifiers are
 * compared without regard to case.
 */
export function allowedBy(expression: string, allowed: ReadonlySet<string>): boolean {
  const small = new Set([...allowed].map((id) => id.toLowerCase()));
  return evaluate(tokensOf(expression), (license) => small.has(license.toLowerCase())) === true;
}

/** One identifier, a reference to a licence outside SPDX's list among them, or one name. */
function licenseOfToken(text: string): string | null {
  if (/^LicenseRef-[\w.-]+$/.test(text)) return text;
  // SPDX's older way of saying "or any later version" of other licences than GNU's.
  const id = text.toLowerCase().replace(/(?<!^a?l?gpl-\d(?:\.\d)?)\+$/, "");
  return identifiers.get(id) ?? otherNames.get(simplified(text)) ?? null;
}

function simplified(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9+]+/g, " ")
    .trim();
}

/** An expression of known identifiers in its canonical spelling. */
function expressionOf(text: string): string | null {
  const tokens = tokensOf(text.replaceAll("/", " OR "));
  if (tokens.length < 3) return null;
  const spelled = tokens.map((token, index) => {
    if (/^(and|or|with)$/i.test(token)) return token.toUpperCase();
    if (token === "(" || token === ")") return token;
    // Exceptions only widen what a licence allows: their names are taken as they are.
    if (/^with$/i.test(tokens[index - 1] ?? "")) return /^[\w.-]+$/.test(token) ? token : null;
    return licenseOfToken(token);
  });
  if (spelled.includes(null) || evaluate(spelled as string[], () => true) === undefined) return null;
  return spelled.join(" ").replaceAll("( ", "(").replaceAll(" )", ")");
}

function tokensOf(expression: string): string[] {
  return expression.match(/[()]|[^\s()]+/g) ?? [];
}

/** The identifiers in an expression, without those of exceptions. */
export function identifiersOf(expression: string): string[] {
  const tokens = tokensOf(expression);
  return tokens.filter(
    (token, index) => !/^(?:and|or|with|[()])$/i.test(token) && !/^with$/i.test(tokens[index - 1] ?? ""),
  );
}

/**
 * Whether an expression holds; undefined when it is malformed. `AND` binds tighter than `OR`, and `X WITH exception` asks for
 * `X`, unless the exception is asked for with it (SPDX specification 2.3, annex D).
 */
function evaluate(tokens: readonly string[], holds: (license: string) => boolean): boolean | undefined {
  let at = 0;
  const isNext = (word: string) => tokens[at]?.toUpperCase() === word;
  const either = (): boolean | undefined => {
    let value = both();
    while (isNext("OR")) {
      at++;
      const other = both();
      value = value === undefined || other === undefined ? undefined : value || other;
    }
    return value;
  };
  const both = (): boolean | undefined => {
    let value = one();
    while (isNext("AND")) {
      at++;
      const other = one();
      value = value === undefined || other === undefined ? undefined : value && other;
    }
    return value;
  };
  const one = (): boolean | undefined => {
    const token = tokens[at++];
    if (token === undefined || /^(?:and|or|with|\))$/i.test(token)) return undefined;
    if (token === "(") {
      const inner = either();
      return tokens[at++] === ")" ? inner : undefined;
    }
    if (!isNext("WITH")) return holds(token);
    const exception = tokens[at + 1];
    at += 2;
    if (exception === undefined || /^(?:and|or|with|[()])$/i.test(exception)) return undefined;
    return holds(token) || holds(`${token} WITH ${exception}`);
  };
  const value = either();
  return at === tokens.length ? value : undefined;
}
