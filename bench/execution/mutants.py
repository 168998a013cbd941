"""Mutants of reference solutions: each differs from its reference in one place. Deterministic.

Usage: python3 mutants.py COUNT < HumanEval.jsonl > mutants.jsonl

Takes the same number of mutants of every problem, evenly from all that there are, until there are COUNT in all. Each line
out has `task_id`, `kind`, `source`, `test` and `entry_point`; the reference itself is the mutant of kind `reference`.
"""

import ast
import copy
import json
import sys
from collections.abc import Iterator

_COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.Add, ast.Pow: ast.Mult,
}  # fmt: skip
#: Of every so many problems, one gets a mutant that never ends.
_ENDLESS_EVERY = 16


def _variants(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in a node's place, with the kind of change."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        changed = copy.deepcopy(node)
        changed.ops[0] = _COMPARISONS[type(node.ops[0])]()
        yield "comparison", changed
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        changed = copy.deepcopy(node)
        changed.op = _OPERATORS[type(node.op)]()
        yield "operator", changed
    elif isinstance(node, ast.BoolOp):
        changed = copy.deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "operator", changed
    elif isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, str)):
        value = node.value
        yield "constant", ast.Constant(not value if isinstance(value, bool) else value + ("x" if isinstance(value, str) else 1))
    elif isinstance(node, ast.UnaryOp):
        yield "operator", node.operand
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        changed = copy.deepcopy(node)
        changed.args[-1] = ast.BinOp(changed.args[-1], ast.Sub(), ast.Constant(1))
        yield "off by one", changed
    elif isinstance(node, (ast.If, ast.While)):
        changed = copy.deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), changed.test)
        yield "condition", changed
    elif isinstance(node, ast.Return) and node.value is not None:
        yield "return", ast.Expr(node.value)
    elif isinstance(node, (ast.Assign, ast.AugAssign)):
        yield "statement", ast.Pass()
        yield "exception", ast.parse("raise ValueError('mutant')").body[0]


def _places(tree: ast.Module, name: str) -> list[tuple[ast.AST, str, "int | None"]]:
    """Where the nodes of a function hang: parent, field and index. Other functions are the prompt's: a model writes none."""
    places = []
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name):
        first = 1 if ast.get_docstring(function) is not None else 0
        for statement in function.body[first:]:
            places.append((function, "body", function.body.index(statement)))
            for parent in ast.walk(statement):
                for field, value in ast.iter_fields(parent):
                    if isinstance(value, list):
                        places += [(parent, field, at) for at, item in enumerate(value) if isinstance(item, ast.AST)]
                    elif isinstance(value, ast.AST) and field != "ctx":
                        places.append((parent, field, None))
    return places


def _mutants(source: str, name: str) -> list[tuple[str, str]]:
    tree = ast.parse(source)
    found = []
    seen = {source}
    for parent, field, index in _places(tree, name):
        held = getattr(parent, field)
        original = held if index is None else held[index]
        for kind, variant in _variants(original):
            _put(parent, field, index, variant)
            text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
            if text not in seen:
                seen.add(text)
                found.append((kind, text))
            _put(parent, field, index, original)
    return found


def _put(parent: ast.AST, field: str, index: "int | None", node: ast.AST) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _endless(source: str, entry_point: str) -> str:
    return f"{source}\ndef {entry_point}(*values):\n    while True:\n        pass\n"


def main() -> None:
    """Writes the mutants of the problems on standard input."""
    problems = [json.loads(line) for line in sys.stdin if line.strip()]
    wanted = -(-int(sys.argv[1]) // len(problems))
    for number, problem in enumerate(problems):
        source = problem["prompt"] + problem["canonical_solution"]
        chosen = [("reference", source)]
        if number % _ENDLESS_EVERY == 0:
            chosen.append(("endless", _endless(source, problem["entry_point"])))
        mutants = _mutants(source, problem["entry_point"])
        missing = max(0, wanted - len(chosen))
        step = max(1.0, len(mutants) / max(1, missing))
        chosen += [mutants[int(at * step)] for at in range(missing) if int(at * step) < len(mutants)]
        for kind, text in chosen:
            record = {"kind": kind, "source": text, **{k: problem[k] for k in ("task_id", "prompt", "test", "entry_point")}}
            print(json.dumps(record))


main()
