"""The one kind of error that is the user's to mend."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """A mistake that the user can mend; printed as an event, without a traceback.

    Everything else that is raised is a bug.

    `scope`: what was being worked on. `cause`: what is wrong with it. `remedy`: what to do, as an imperative sentence.
    """

    def __init__(self, scope: str, cause: str, remedy: str | None = None) -> None:
        super().__init__(f"{scope}: {cause}" + (f". {remedy}" if remedy else ""))
        self.scope = scope
        self.cause = cause
        self.remedy = remedy


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The error for a name that is not one of the known ones, with what was probably meant."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3)
    remedy = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(names) or 'none'}."
    return UserError(f'{kind} "{name}"', "there is no such one", remedy)
