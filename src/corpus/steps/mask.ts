import { z } from "zod";
import { maskEmails, maskSecrets } from "../masking.ts";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  emails: z.boolean().default(true),
  secrets: z.boolean().default(true),
});

export const member = defineStep({
  name: "mask",
  description: "replaces e-mail addresses by <EMAIL> and secrets by <SECRET>; drops no file",
  options,
  reasons: [],
  open: async ({ emails, secrets }) => ({
    apply(draft) {
      if (emails) {
        const { text, count } = maskEmails(draft.content);
        if (count > 0) draft.edit(text, "e-mail addresses masked", count);
      }
      if (secrets) {
        const { text, count } = maskSecrets(draft.content);
        if (count > 0) draft.edit(text, "secrets masked", count);
      }
      return undefined;
    },
  }),
});
