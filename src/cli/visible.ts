/**
 * What a terminal obeys instead of showing it: control characters (C0, DEL, C1) and those that turn the direction of text round. Tabs and
 * line feeds are left out.
 */
const obeyed = "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]";
const anyObeyed = new RegExp(obeyed, "g");
const color = "\\u001b\\[\\d{1,3}m";
const colorOrObeyed = new RegExp(`${color}|${obeyed}`, "g");

/** A text of others, such as a file's, with a visible sign for each character that a terminal would obey. Lines stay lines. */
export function visible(text: string): string {
  return text.replace(anyObeyed, signOf);
}

/** The same for a name, which is one line whatever is in it. */
export function visibleName(text: string): string {
  return visible(text).replaceAll("\n", "␊").replaceAll("\t", "␉");
}

/** The same for a line of our own that may hold texts of others: colours stay. */
export function visibleSaveColors(text: string): string {
  return text.replace(colorOrObeyed, (found) => (found.length > 1 ? found : signOf(found)));
}

/** The same for a JSON document, which stays what it is. */
export function visibleJson(json: string): string {
  return json.replace(anyObeyed, numberOf);
}

/** Its symbol where Unicode has one (U+2400 to U+241F), else its number. */
function signOf(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : numberOf(character);
}

function numberOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
