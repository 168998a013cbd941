import { z } from "zod";
import { maskEmails } from "../masking/email-addresses.ts";
import { maskSecrets } from "../masking/secrets.ts";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  emails: z.boolean().default(true),
  secrets: z.boolean().default(true),
});

export const member = defineStep({
  name: "mask",
  version: 2,
  description: "replaces e-mail addresses by <EMAIL> and secrets by <SECRET>; drops no file",
  options,
  reasons: [],
  open: async ({ emails, secrets }) => ({
    apply(draft) {
      // Secrets first: an address may be a part of one, as in a URL with user and password.
      if (secrets) {
        const { text, count } = maskSecrets(draft.content);
        if (count > 0) draft.edit(text, "secrets masked", count);
      }
      if (emails) {
        const { text, count } = maskEmails(draft.content);
        if (count > 0) draft.edit(text, "e-mail addresses masked", count);
      }
      return undefined;
    },
  }),
});
