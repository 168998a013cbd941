"""Turns a conversation into token ids by a model's chat template.

What people wrote stays text, even where it looks like a special token.
"""

import secrets
from typing import Any

from tokenizers import Tokenizer

from .errors import UserError


def encode_chat(
    tokenizer: Tokenizer, template: str | None, messages: list[dict[str, str]], tokens: dict[str, Any]
) -> list[int]:
    """Token ids of a conversation up to where the answer begins.

    `tokens`: bos_token and eos_token, for the template. Raises UserError.
    """
    if not template:
        raise UserError("chat", "the model has no chat template", "Ask it to continue a text instead.")
    # The template is rendered over marks that no one can guess, and the contents are put in afterwards as plain text.
    marks = [f"\u27e6{secrets.token_hex(16)}\u27e7" for _ in messages]
    marked = [{**message, "content": mark} for message, mark in zip(messages, marks, strict=True)]
    rendered = _render(template, marked, tokens)
    ids: list[int] = []
    for message, mark in zip(messages, marks, strict=True):
        before, found, rendered = rendered.partition(mark)
        if not found:
            raise UserError("chat", "the model's chat template leaves out a message or changes its order")
        ids += _encode(tokenizer, before, as_special=True) + _encode(tokenizer, message["content"], as_special=False)
    return ids + _encode(tokenizer, rendered, as_special=True)


def _render(template: str, messages: list[dict[str, str]], tokens: dict[str, Any]) -> str:
    from jinja2.exceptions import TemplateError
    from jinja2.ext import loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def refuse(cause: str) -> None:
        raise TemplateError(cause)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    environment.globals["raise_exception"] = refuse
    try:
        return environment.from_string(template).render(messages=messages, add_generation_prompt=True, **tokens)
    except TemplateError as error:
        raise UserError("chat", f"the model's chat template refuses the conversation: {error}") from error


def _encode(tokenizer: Tokenizer, text: str, as_special: bool) -> list[int]:
    tokenizer.encode_special_tokens = not as_special
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    tokenizer.encode_special_tokens = True
    return ids
