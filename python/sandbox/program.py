"""What a test needs of a candidate: found in the syntax of the trusted sources, once for each text."""

import ast
import builtins
import dis
import functools
import sys
import types
from collections.abc import Iterator

from candidate import SHARED_MODULES

_BUILTIN_NAMES = frozenset(dir(builtins))
#: By these names a test means a module, whatever a candidate gave them to.
USUAL_MODULE_NAMES = {name: name for name in SHARED_MODULES} | {"np": "numpy", "pd": "pandas"}
#: With these a test looks at what a function gave. A test is about one of them only where it names nothing else.
_LOOKING_NAMES = frozenset(
    "abs all any bool callable dict enumerate filter float frozenset getattr hasattr int isinstance issubclass iter len list map"
    " next print range repr reversed round set sorted str tuple type zip".split()
)

# Instructions that name a global, by number, with what to shift their argument by to get the name's index.
_GLOBAL_SHIFT = 1 if sys.version_info >= (3, 11) else 0
_SHIFTS = {"LOAD_NAME": 0, "LOAD_GLOBAL": _GLOBAL_SHIFT, "LOAD_FROM_DICT_OR_GLOBALS": 0}
_LOADS = {dis.opmap[name]: shift for name, shift in _SHIFTS.items() if name in dis.opmap}
_IMPORTS = {dis.opmap["IMPORT_NAME"]: 0}
#: Who uses these may import what no import statement names.
_DYNAMIC_IMPORTS = frozenset("__import__ eval exec importlib pkgutil runpy".split())


class Prelude:
    """Trusted source that the test leans on, as far as it compiles."""

    def __init__(self, code: types.CodeType | None, unfinished: frozenset[str], functions: frozenset[str]) -> None:
        self.code = code
        #: Names that it defines as functions, finished or not.
        self.functions = functions
        #: Names that the candidate has to define: stubs, and the last definition, which the prompt left open.
        self.unfinished = unfinished


class Test:
    """The test and its call, compiled."""

    def __init__(self, tree: ast.Module, code: types.CodeType, call: types.CodeType | None) -> None:
        self.code = code
        self.call = call
        own = _defined(tree.body)
        #: Functions, classes and imports at the test's top level: never the candidate's.
        self.own = own
        self.called = frozenset(_loads(call)) - own if call is not None else frozenset()
        wanted = (set(_loads(code)) | self.called) - own
        # A test that names nothing else is about a function with a built-in's name (MBPP has a `sum`).
        self.wanted = sorted(wanted - _BUILTIN_NAMES or wanted - _LOOKING_NAMES or wanted)
        #: Modules whose functions the test uses without importing them, by their usual names.
        self.modules = _modules(tree, wanted)
        #: Names that class bodies look up: the interpreter does so past any mapping that stands in for the globals.
        self.wanted_by_classes = sorted(set(_class_body_loads(code)).intersection(self.wanted))


@functools.lru_cache(maxsize=4096)
def read_test(source: str, call: str) -> Test:
    """Raises SyntaxError or ValueError when the test is none."""
    tree = ast.parse(source)
    code = compile(source, "<test>", "exec", dont_inherit=True)
    return Test(tree, code, compile(call, "<call>", "exec", dont_inherit=True) if call.strip() else None)


@functools.lru_cache(maxsize=4096)
def read_prelude(source: str) -> Prelude:
    """Compiles as much from the top as can be compiled: the whole, the whole with a body, else fewer lines."""
    lines = source.rstrip().split("\n") if source.strip() else []
    attempts = [source, source.rstrip() + "\n    pass\n"]
    while lines:
        lines.pop()
        attempts.append("\n".join(lines) + "\n")
    for text in attempts:
        try:
            tree = ast.parse(text)
            code = compile(text, "<prelude>", "exec", dont_inherit=True)
            return Prelude(code, _unfinished(tree.body), _functions(tree.body))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return Prelude(None, frozenset(), frozenset())


def _functions(body: list[ast.stmt]) -> frozenset[str]:
    return frozenset(each.name for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def _modules(tree: ast.Module, wanted: set[str]) -> dict[str, str]:
    """Usual name → module, of those with a dot behind them: a function may be called `copy`."""
    names = {name: USUAL_MODULE_NAMES[name] for name in wanted.intersection(USUAL_MODULE_NAMES)}
    if not names:
        return names
    bases = [node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    dotted = {base.id for base in bases if isinstance(base, ast.Name)}
    return {name: module for name, module in names.items() if name in dotted}


def _defined(body: list[ast.stmt]) -> frozenset[str]:
    names: set[str] = set()
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            names.update((alias.asname or alias.name).partition(".")[0] for alias in statement.names)
    return frozenset(names)


def _unfinished(body: list[ast.stmt]) -> frozenset[str]:
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(
        statement.name
        for statement in body
        if isinstance(statement, definitions) and (statement is body[-1] or all(map(_is_empty, statement.body)))
    )


def _is_empty(statement: ast.stmt) -> bool:
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant or isinstance(statement, ast.Pass)


def imports(code: types.CodeType) -> Iterator[str]:
    """The top-level modules that the code imports, and the names by which it may import any other."""
    yield from _DYNAMIC_IMPORTS.intersection(code.co_names)
    for name in _names(code, _IMPORTS):
        yield name.partition(".")[0]
    for inner in _inner(code):
        yield from imports(inner)


def _loads(code: types.CodeType) -> Iterator[str]:
    """Names that the code looks up globally, in nested functions and classes too."""
    yield from _names(code, _LOADS)
    for inner in _inner(code):
        yield from _loads(inner)


def _class_body_loads(code: types.CodeType) -> Iterator[str]:
    for inner in _inner(code):
        if not inner.co_flags & 0x02:  # not optimised: a class body
            yield from _names(inner, _LOADS)
        yield from _class_body_loads(inner)


def _inner(code: types.CodeType) -> Iterator[types.CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, types.CodeType))


def _names(code: types.CodeType, wanted: dict[int, int]) -> Iterator[str]:
    """Names in the instructions with these numbers. `dis` says the same, and takes longer than the test."""
    instructions = code.co_code
    high = 0
    for at in range(0, len(instructions), 2):
        operation, argument = instructions[at], instructions[at + 1] | high
        high = argument << 8 if operation == dis.EXTENDED_ARG else 0
        if operation in wanted:
            yield code.co_names[argument >> wanted[operation]]
