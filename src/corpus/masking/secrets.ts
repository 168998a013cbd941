import type { Masked } from "./masked.ts";
import { looksChosen } from "./randomness.ts";
import { type Piece, tokens } from "./tokens.ts";

/** The text with its secrets replaced by `<SECRET>`. */
export function maskSecrets(text: string): Masked {
  const found = [...privateKeys(text), ...tokens(text), ...urlPasswords(text), ...passwords(text)];
  if (found.length === 0) return { text, count: 0 };
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let masked = "";
  let done = 0;
  let count = 0;
  for (const { start, end } of found) {
    if (start < done) continue;
    masked += `${text.slice(done, start)}<SECRET>`;
    done = end;
    count++;
  }
  return { text: masked + text.slice(done), count };
}

const privateKey =
  /-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----((?:[^-]|-(?!----)){40,20000})(?=-----END )/g;

/** What lies between the frames of private keys, unless it is code that looks for such frames. */
function privateKeys(text: string): Piece[] {
  if (!text.includes("PRIVATE KEY")) return [];
  return [...text.matchAll(privateKey)].flatMap(({ 0: all, 1: body, index }) => {
    if (/[(){}[\]]/.test(body!) || !/[A-Za-z0-9+/]{32}/.test(body!)) return [];
    return [{ start: index + all.length - body!.length, end: index + all.length }];
  });
}

/** What follows `://`: a user, who may be missing, and a password; the host. */
const credentials = /([^\s:/@"'`<>{}()[\],;\\]{0,100}):([^\s/,"'`<>{}()[\]\\]{3,200})@([\w.-]+)/y;

/** What stands for a password in an example: `user:password@`, `user:%s@`, `user:$PASSWORD@`. */
const examplePassword =
  /pass|ssword|pwd|secret|token|example|^(?:pw\d?|key|foo|bar|baz|xyz|abc|test\w*|guest|changeme|your.*|\.+|\*+|x+)$|^[$%]|%(?![0-9a-f]{2})|^\d{1,6}$/i;

const exampleHost = /(?:^|\.)example(?:\.\w+)?$/i;

/** Passwords inside URLs. One that is the user's name, or a word that says what it is, is no secret. */
function urlPasswords(text: string): Piece[] {
  const found: Piece[] = [];
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
    credentials.lastIndex = at + 3;
    const match = credentials.exec(text);
    if (match === null || !/[a-z0-9]/i.test(text[at - 1] ?? "")) continue;
    const [, user, password, host] = match;
    if (password === user || examplePassword.test(password!) || exampleHost.test(host!)) continue;
    const start = at + 3 + user!.length + 1;
    found.push({ start, end: start + password!.length });
  }
  return found;
}

/** A text without blanks that is assigned to a name that ends in these words: `password = "…"`, `"SECRET_KEY": '…'`, `Pwd=…;`. */
const password =
  /(?:[pP](?:assw(?:or)?d|ASSW(?:OR)?D|assphrase|ASSPHRASE|wd|WD)|(?:secret_key|SECRET_KEY))[\d_]{0,3}(?:["'`\])]{0,3}\s{0,4}(?::? ?=>?|:)\s{0,4}[bru]?(["'`])([^"'`\s\\]{8,80})\1|=([^"'`\s\\;]{8,80});)/g;

/** Passwords that are written into programs. */
function passwords(text: string): Piece[] {
  return [...text.matchAll(password)].flatMap(({ 0: all, 2: quoted, 3: bare, index }) => {
    const value = quoted ?? bare!;
    const end = index + all.length - 1;
    return looksChosen(value) ? [{ start: end - value.length, end }] : [];
  });
}
