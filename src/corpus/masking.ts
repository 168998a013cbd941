/** A text with something replaced, and how often. */
export interface Masked {
  readonly text: string;
  readonly count: number;
}

/** A kind of secret: a piece of text that every one of the kind holds, and its form. Group 1, where there is one, stays. */
interface SecretKind {
  readonly anchor: string;
  readonly pattern: RegExp;
}

/** Tokens by the forms that their issuers publish, private keys, and passwords inside URLs. */
const secretKinds: readonly SecretKind[] = [
  {
    anchor: "PRIVATE KEY",
    pattern: /(-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----)[^-]{40,10000}(?=-----END )/g,
  },
  { anchor: "AKIA", pattern: /\bAKIA[0-9A-Z]{16}\b/g },
  { anchor: "ASIA", pattern: /\bASIA[0-9A-Z]{16}\b/g },
  {
    anchor: "secret_access_key",
    pattern: /(aws_secret_access_key["']?\s*[:=]\s*["']?)[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/g,
  },
  {
    anchor: "SECRET_ACCESS_KEY",
    pattern: /(AWS_SECRET_ACCESS_KEY["']?\s*[:=]\s*["']?)[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/g,
  },
  { anchor: "gh", pattern: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g },
  { anchor: "github_pat_", pattern: /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g },
  { anchor: "glpat-", pattern: /\bglpat-[A-Za-z0-9_-]{20,}/g },
  { anchor: "xox", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g },
  { anchor: "hooks.slack.com", pattern: /(hooks\.slack\.com\/services\/)[A-Za-z0-9/]{20,}/g },
  { anchor: "AIza", pattern: /\bAIza[0-9A-Za-z_-]{35}/g },
  { anchor: "ya29.", pattern: /\bya29\.[0-9A-Za-z_-]{20,}/g },
  { anchor: "_live_", pattern: /\b(?:sk|rk|pk)_live_[0-9A-Za-z]{16,}/g },
  { anchor: "sk-", pattern: /\bsk-(?:proj-|ant-[a-z0-9]+-)?[A-Za-z0-9_-]{32,}/g },
  { anchor: "hf_", pattern: /\bhf_[A-Za-z0-9]{30,}\b/g },
  { anchor: "npm_", pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { anchor: "pypi-", pattern: /\bpypi-[A-Za-z0-9_-]{50,}/g },
  { anchor: "SG.", pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g },
  { anchor: "eyJ", pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g },
  // Not what stands for a password in an example: `user:password@`, `{user}:{password}@`, `user:%s@`.
  {
    anchor: "://",
    pattern:
      /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'`<>{}]{1,100}:)(?!pass(?:word|wd)?@|pwd@|secret@|\*+@|x+@)[^\s:/@"'`<>{}%$]{3,100}(?=@[\w.-])/gi,
  },
];

/** The text with its secrets replaced by `<SECRET>`. What looks random but has no known form stays. */
export function maskSecrets(text: string): Masked {
  let masked = text;
  let count = 0;
  for (const { anchor, pattern } of secretKinds) {
    if (!masked.includes(anchor)) continue;
    masked = masked.replace(pattern, (_, kept: unknown) => {
      count++;
      return `${typeof kept === "string" ? kept : ""}<SECRET>`;
    });
  }
  return { text: masked, count };
}

/** Longer endings of host names that people have addresses under; of the two-letter ones every one counts. */
const topLevels = "com|org|net|edu|gov|mil|int|info|biz|name|dev|app|tech|online|site|cloud|email|pro|museum";

/**
 * Not before a letter, so that `@` as Python's matrix product (`a@b.inverse()`) is none; the local part is limited as in RFC 5321,
 * which also keeps the expression linear.
 */
const email = new RegExp(
  `(?<![\\w.+%-])[\\w.+%-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?\\.){1,8}(?:${topLevels}|[a-z]{2})(?![\\w(\\[-]|\\.\\w)`,
  "gi",
);

/** Reserved for examples (RFC 2606), and what is no person's address: `git@github.com:owner/name`. */
const nobody = /@(?:[\w-]+\.)*example\.(?:com|org|net|edu)$|^git@/i;

/** The text with the e-mail addresses of people replaced by `<EMAIL>`. */
export function maskEmails(text: string): Masked {
  if (!text.includes("@")) return { text, count: 0 };
  let count = 0;
  const masked = text.replace(email, (address) => {
    if (nobody.test(address)) return address;
    count++;
    return "<EMAIL>";
  });
  return { text: masked, count };
}
