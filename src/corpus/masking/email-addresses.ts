import type { Masked } from "./masked.ts";

/** Endings of host names that people have addresses under: countries, and the longer ones that are in wide use. */
const topLevels = new Set(
  `ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck
  cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu
  gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc
  md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw
  py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug
  uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
  com org net edu gov mil int info biz name pro museum aero coop jobs mobi travel tel asia cat post
  academy africa agency app art berlin blog cafe center city cloud club codes community company computer consulting core design dev digital
  education email engineering engineer enterprises expert foundation fun games gmbh global google group guru hamburg health host house
  inc institute international io law life limited link live llc london ltd media moe network news ninja nyc one online page paris
  partners party ooo plus press quebec red research rocks run science school scot services shop site social software solutions space store
  studio support swiss systems team tech technology today tokyo tools top university ventures website wiki wien work works world wtf xyz
  zone`.split(/\s+/),
);

/** What follows the `@`. Not before a bracket, so that `@` as Python's matrix product (`a@b.to(c)`) is none. */
const host = /((?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.){1,8})([a-z]{2,16})(?![\w([-]|\.\w)/iy;

/**
 * Reserved for examples (RFC 2606), and what is no person's address: `git@github.com:owner/name`, and the names that SSH has for its
 * algorithms, such as `aes256-gcm@openssh.com`.
 */
const nobody = /^(?:git|hg|svn)@|@(?:[\w-]+\.)*example\.(?:com|org|net|edu)$|@(?:openssh\.com|libssh\.org)$/i;

/** The longest local part (RFC 5321). */
const longestLocal = 64;

/** The text with the e-mail addresses of people replaced by `<EMAIL>`. */
export function maskEmails(text: string): Masked {
  let masked = "";
  let done = 0;
  let count = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const start = localStart(text, at, done);
    if (start === undefined) continue;
    const end = hostEnd(text, at + 1);
    if (end === undefined || nobody.test(text.slice(start, end)) || isInUrl(text, start)) continue;
    masked += `${text.slice(done, start)}<EMAIL>`;
    done = end;
    count++;
  }
  return { text: count === 0 ? text : masked + text.slice(done), count };
}

function isLocal(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    (code >= 43 && code <= 46 && code !== 44) ||
    code === 95
  );
}

/** Where the part before the `@` begins; undefined where there is none, or a template fills it in: `%s@`, `{name}.x@`, `$name@`. */
function localStart(text: string, at: number, from: number): number | undefined {
  let start = at;
  while (start > from && at - start <= longestLocal && isLocal(text.charCodeAt(start - 1))) start--;
  const before = text[start - 1];
  // The first letter is the escape's: "\nann@web.de".
  if (before === "\\" && start < at) start++;
  while (start < at && /[.+-]/.test(text[start]!)) start++;
  if (start === at || at - start > longestLocal || text[at - 1] === ".") return undefined;
  return before === "%" || before === "$" || before === "}" ? undefined : start;
}

function hostEnd(text: string, start: number): number | undefined {
  host.lastIndex = start;
  const found = host.exec(text);
  if (found === null) return undefined;
  const topLevel = found[2]!;
  // Of one case: `a@b.mT` is a product.
  const isOneCase = topLevel === topLevel.toLowerCase() || topLevel === topLevel.toUpperCase();
  return isOneCase && topLevels.has(topLevel.toLowerCase()) ? host.lastIndex : undefined;
}

/** Whether a URL's user or password ends there: `ssh://name@host.org`. */
function isInUrl(text: string, start: number): boolean {
  return /:\/\/[^\s/"'<>]*$/.test(text.slice(Math.max(0, start - 100), start));
}
