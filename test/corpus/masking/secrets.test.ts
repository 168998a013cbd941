import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../../src/corpus/masking/secrets.ts";

// Put together here, so that no tool takes this file for a leak.
const join = (...parts: string[]) => parts.join("");
const random = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0";
const letters = "kQzXbWvRtYhGmNpLjDsFcVbHnMqWeRtZuI";
const hex = "9f86d081884c7d659a2feaa0c55ad015";

describe("secrets of a known form", () => {
  it.each([
    join("AKIA", "IOSFODNN7EXAMPLE"),
    join("ghp_", random.slice(0, 36)),
    join("github_pat_", random.slice(0, 22), "_", random),
    join("glpat-", random.slice(0, 20)),
    join("xoxb-", "123456789012-abcdefGHIJ"),
    join("sk_live_", random.slice(0, 24)),
    join("sk-", random.slice(0, 20), "T3Blbk", "FJ", random.slice(0, 20)),
    join("sk-proj-", random, "_", random, "-x"),
    join("sk-ant-", "api03-", random, random, "-AA"),
    join("hf_", letters),
    join("npm_", random.slice(0, 36)),
    join("pypi-", "AgEIcHlwaS5vcmc", random, random),
    join("AIza", random.slice(0, 35)),
    join("eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0NTY3ODkwIn0.", random),
    join("SG.", random.slice(0, 22), ".", random, "x_y"),
  ])("are masked: %s", (secret) => {
    for (const [before, after] of [
      ["x = '", "'\n"],
      ["# token: ", ""],
      ["--url=https://a.b/?k=", "&x=1"],
    ])
      expect(maskSecrets(`${before}${secret}${after}`)).toEqual({ text: `${before}<SECRET>${after}`, count: 1 });
  });

  it.each([
    ["https://hooks.slack.com/services/", join("T00AB12CD/B00EF34GH/", random.slice(0, 24))],
    ["DefaultEndpointsProtocol=https;AccountName=a;AccountKey=", join(random, random, "123456==")],
    ["Authorization: Bearer ", random],
    ["aws_secret_access_key = ", random],
    ['"secretAccessKey": "', random],
  ])("are masked behind %s", (before, secret) => {
    expect(maskSecrets(`${before}${secret}`)).toEqual({ text: `${before}<SECRET>`, count: 1 });
  });

  it.each([
    "sk-short",
    "AKIAshort",
    "disk-9f86d081884c7d659a2feaa0c55ad0159f86d0",
    "sk-estimator-doc-link-and-parameters-of-the-table-1-2-3",
    "hf_transformers_tokenizer_with_long_name_2",
    "sk-your-key-here-your-key-here-your-key-here-1234",
    "eyJ.eyJ.x",
  ])("do not take in %s", (text) => expect(maskSecrets(`x = "${text}"`)).toEqual({ text: `x = "${text}"`, count: 0 }));
});

describe("private keys", () => {
  const [begin, end] = [join("-----BEGIN RSA PRIVATE", " KEY-----"), "-----END RSA PRIVATE KEY-----"];
  it.each([
    `\n${random}\n${random}\n`,
    `\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n${random}\n${random}\n`,
    `\\n${random}\\n${random}\\n`,
    `\\n"\n    "${random}\\n"\n    "${random}\\n"\n    "`,
  ])("are masked between their frames: %s", (body) => {
    expect(maskSecrets(`${begin}${body}${end}`)).toEqual({ text: `${begin}<SECRET>${end}`, count: 1 });
  });

  it("leave code that looks for the frames", () => {
    const text = `if head == "${begin}":\n    find("a_long_name_of_something_that_comes_here", "${end}")\n`;
    expect(maskSecrets(text).count).toBe(0);
  });
});

describe("passwords in URLs", () => {
  it.each([
    ["postgres://admin:", "hunter22", "@db.local/x"],
    ["redis://:", "hunter22", "@db.local"],
    ["amqp://a:", "p@rt%40y", "@h:5672/"],
  ])("are masked in %s%s%s", (before, secret, after) => {
    expect(maskSecrets(`${before}${secret}${after}`)).toEqual({ text: `${before}<SECRET>${after}`, count: 1 });
  });

  it.each([
    "https://user:password@host",
    "https://user:MyPassword@host",
    "https://{user}:{word}@host",
    "https://%s:%s@host",
    "https://u:$WORD@host",
    "amqp://guest:guest@localhost",
    "https://abc:hunter22@example.com",
    "http://a:80/b@c",
  ])("are not seen in %s", (text) => expect(maskSecrets(text)).toEqual({ text, count: 0 }));
});

describe("secrets by the name that they are assigned to", () => {
  it.each([
    ['password = "', "Tr0ub4dor&3x", '"'],
    ['{"client_secret": "', hex, '"}'],
    ['api_key="', random.slice(0, 32), '")'],
    ["config['AUTH_TOKEN'] = '", random, "'"],
    ["const apiKey = `", random, "`"],
    ["Server=a;User Id=b;Password=", "xK9!mQ2z", ";"],
  ])("are masked: %s%s%s", (before, secret, after) => {
    expect(maskSecrets(`${before}${secret}${after}`)).toEqual({ text: `${before}<SECRET>${after}`, count: 1 });
  });

  it.each([
    'password = "password123"',
    'password = "Change-Me-1"',
    'password = os.environ["DB_PASSWORD_1"]',
    'pad_token = "<|endoftext|>2"',
    'token = "projects/my-project/secrets/name-2/versions/3"',
    'api_key = "your-api-key-goes-here-0123"',
    'next_token = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"',
    'digest = "9f86d081884c7d659a2feaa0c55ad015"',
    'secret_name = "a1b2c3d4e5f6a7b8c9d0"',
    'password_hasher = "PBKDF2PasswordHasher256"',
  ])("are not seen in %s", (text) => expect(maskSecrets(text)).toEqual({ text, count: 0 }));
});

it("stays quick on what is made to be slow", () => {
  const start = performance.now();
  const pieces = [
    "://",
    "://a:",
    "-----BEGIN PRIVATE KEY-----",
    "eyJ",
    "eyJaaaaaaaaaa.",
    "sk-",
    "hf_",
    "1",
    "a1-",
    "xoxb-1-",
  ];
  for (const piece of [...pieces, "password=", 'password="', "secret: ", "secret='a1b2c3d4e5f6a7b8c9d0' "])
    maskSecrets(piece.repeat(200_000 / piece.length));
  expect(performance.now() - start).toBeLessThan(3000);
});
