import { z } from "zod";
import type { Draft } from "../draft.ts";
import { allowedBy, licensesLike, spdxOf, together } from "../license.ts";
import { hasNotice, headOf, noticesIn } from "../license-head.ts";
import { licenseOfHeader } from "../license-header.ts";
import { defineStep } from "../step.ts";

/** Licences that allow use without sharing one's own work. */
const permissive = [
  ...["MIT", "MIT-0", "MIT-CMU", "X11", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "0BSD"],
  ...["ISC", "PSF-2.0", "Python-2.0", "CNRI-Python", "HPND", "Zlib", "BSL-1.0", "Unlicense", "CC0-1.0", "NCSA"],
  ...["PostgreSQL", "UPL-1.0", "BlueOak-1.0.0", "Unicode-3.0", "Unicode-DFS-2016", "WTFPL", "Artistic-2.0", "ECL-2.0"],
];

/** What recipes allow, in SPDX's spelling: of a name that is no licence nothing would ever be kept. */
const allow = z
  .union([z.literal("any"), z.literal("permissive"), z.array(z.string().min(1)).min(1)])
  .transform((names, context) => {
    if (typeof names === "string") return names;
    for (const name of names.filter((each) => spdxOf(each) === null)) {
      const near = licensesLike(name);
      const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : "use identifiers of the SPDX licence list";
      context.addIssue({ code: "custom", message: `"${name}" is no licence that is known; ${hint}` });
    }
    return names.map((name) => spdxOf(name) ?? name);
  });

const options = z.strictObject({
  /** SPDX identifiers, or `any`: then the licence is only found and written beside the text. */
  allow: allow.default("any"),
  /** What happens where neither the file nor its repository names a licence and `allow` is a list. */
  unknown: z.enum(["drop", "keep"]).default("drop"),
});

/** The licence that the head names, else the repository's; and what notices behind the head ask for. */
async function licenseOf(draft: Draft): Promise<string | null> {
  const { text, end } = headOf(draft.content);
  const license = licenseOfHeader(text) ?? draft.license;
  if (!hasNotice(draft.content, end)) return license;
  const later = licenseOfHeader(noticesIn(draft.content, end, await draft.comments()));
  return license === null || later === null ? (license ?? later) : together([license, later], "AND");
}

export const member = defineStep({
  name: "license",
  version: 2,
  description: "finds a file's licence, in its own head or else its repository's, and drops those that are not allowed",
  options,
  reasons: ["licence not allowed", "licence unknown"],
  open: async ({ allow, unknown }) => {
    const allowed = allow === "any" ? undefined : new Set(allow === "permissive" ? permissive : allow);
    return {
      async apply(draft) {
        draft.license = await licenseOf(draft);
        if (allowed === undefined) return undefined;
        if (draft.license === null) return unknown === "drop" ? { reason: "licence unknown" } : undefined;
        return allowedBy(draft.license, allowed) ? undefined : { reason: "licence not allowed" };
      },
    };
  },
});
