"""A JSON document into a frozen dataclass.

Names, types and missing fields checked, mistakes named with what was probably meant.
"""

import dataclasses
import json
import types
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from .errors import UserError, unknown_name

Configuration = TypeVar("Configuration")


def json_name(name: str) -> Any:
    """Metadata of a field whose JSON name is a keyword of Python."""
    return {"json": name}


def read_configuration(kind: type[Configuration], path: Path) -> Configuration:
    """Reads a configuration file. Raises UserError for anything that does not fit `kind`."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(str(path), error.strerror or "it cannot be read") from error
    except ValueError as error:
        raise UserError(str(path), f"it is no JSON document: {error}") from error
    return from_document(kind, document, path.name)


def from_document(kind: type[Configuration], document: Any, scope: str) -> Configuration:
    """Makes an instance of the dataclass `kind` from a JSON object. Raises UserError."""
    if not isinstance(document, dict):
        raise UserError(scope, f"an object was expected, not {json.dumps(document)}")
    hints = get_type_hints(kind)
    fields = {field.metadata.get("json", field.name): field for field in dataclasses.fields(kind)}  # type: ignore
    for key in document:
        if key not in fields:
            raise unknown_name(f"{scope}: key", key, fields)
    values = {}
    for key, field in fields.items():
        if key in document:
            values[field.name] = _value(hints[field.name], document[key], f"{scope}: {key}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise UserError(scope, f'the key "{key}" is missing')
    return kind(**values)


def _value(hint: Any, value: Any, scope: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(arguments, value, scope)
    if origin is Literal:
        if value in arguments and any(type(value) is type(argument) for argument in arguments):
            return value
        raise UserError(scope, f"{json.dumps(value)} is not one of {', '.join(map(json.dumps, arguments))}")
    if origin in (list, tuple):
        if not isinstance(value, list):
            raise UserError(scope, "a list was expected")
        return [_value(arguments[0], entry, f"{scope}[{index}]") for index, entry in enumerate(value)]
    if dataclasses.is_dataclass(hint):
        return from_document(hint, value, scope)  # type: ignore[arg-type]
    if hint is Path and isinstance(value, str):
        return Path(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is not Path and type(value) is hint:
        return value
    raise UserError(scope, f"{json.dumps(value)} is not of the type {hint.__name__}")


def _one_of(hints: tuple[Any, ...], value: Any, scope: str) -> Any:
    if value is None and type(None) in hints:
        return None
    choices = [hint for hint in hints if hint is not type(None)]
    errors = []
    for hint in choices:
        try:
            return _value(hint, value, scope)
        except UserError as error:
            errors.append(error)
    raise errors[0] if len(errors) == 1 else UserError(scope, "; ".join(error.cause for error in errors))
