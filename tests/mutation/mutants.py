"""Small changes of a module, each as it might slip in by mistake."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.And: ast.Or, ast.Or: ast.And, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where, what, and the module that it makes."""

    line: int
    change: str
    source: str
    first_line: int
    last_line: int
    """Of the statement that is changed: a test that runs none of these lines cannot notice."""


def mutants_of(source: str, functions: frozenset[str] | None) -> Iterator[Mutant]:
    """All changes within the functions named, or anywhere; never in types, docstrings or what is raised."""
    tree = ast.parse(source)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    changed = (node for node in _nodes(tree, functions) if isinstance(node, ast.expr | ast.stmt))
    for node in changed:
        for describe, apply in _changes(node):
            mutated = _applied(tree, node, apply)
            if mutated != source:
                first, last = _statement_around(statements, node)
                yield Mutant(node.lineno, describe, mutated, first, last)


Change = Callable[[ast.AST], None]


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Compare(ops=ops):
            for place, operator in enumerate(ops):
                if type(operator) in SWAPPED:
                    yield _named(operator), lambda n, place=place: _swap(n.ops, place)  # type: ignore[misc]
        case ast.BoolOp(op=operator) | ast.BinOp(op=operator) if type(operator) in SWAPPED:
            yield _named(operator), lambda n: setattr(n, "op", SWAPPED[type(n.op)]())  # type: ignore[attr-defined]
        case ast.UnaryOp(op=ast.Not()):
            yield "drops not", lambda n: setattr(n, "op", ast.UAdd())
        case ast.Constant(value=bool() as value):
            yield f"{value} -> {not value}", lambda n: setattr(n, "value", not n.value)  # type: ignore[attr-defined]
        case ast.Constant(value=int() as value):
            yield f"{value} -> {value + 1}", lambda n: setattr(n, "value", n.value + 1)  # type: ignore[attr-defined]
        case ast.Constant(value=str() as value) if value:
            yield f"{value!r} -> other words", lambda n: setattr(n, "value", f"x{n.value}")  # type: ignore[attr-defined]
        case ast.If() | ast.IfExp() | ast.While():
            yield "condition is never true", lambda n: setattr(n, "test", ast.Constant(False))
            if not isinstance(node, ast.While):
                yield "condition is always true", lambda n: setattr(n, "test", ast.Constant(True))
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield "returns None", lambda n: setattr(n, "value", ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield "call left out", lambda n: setattr(n, "value", ast.Constant(None))


def _named(operator: ast.AST) -> str:
    return f"{type(operator).__name__} -> {SWAPPED[type(operator)].__name__}"


def _swap(operators: list[ast.AST], place: int) -> None:
    operators[place] = SWAPPED[type(operators[place])]()


def _nodes(tree: ast.Module, functions: frozenset[str] | None) -> Iterator[ast.AST]:
    wanted = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (functions is None or node.name in functions)
    ]
    inner = {
        id(each) for node in wanted for each in ast.walk(node) if each is not node and isinstance(each, ast.FunctionDef)
    }
    for function in wanted:
        if id(function) not in inner:
            yield from _within(function.body)


def _within(body: list[ast.stmt]) -> Iterator[ast.AST]:
    for statement in body:
        if isinstance(statement, ast.Raise | ast.Assert) or _is_words(statement):
            continue
        if isinstance(statement, ast.FunctionDef):
            yield from _within(statement.body)
        else:
            yield from (node for node in ast.walk(statement) if not _is_told(node, statement))


def _statement_around(statements: list[ast.stmt], node: ast.AST) -> tuple[int, int]:
    """From the first to the last line of the smallest statement that has the node in it."""
    around = [each for each in statements if any(inner is node for inner in ast.walk(each))]
    smallest = min(around, key=lambda each: sum(1 for _ in ast.walk(each)))
    return smallest.lineno, smallest.end_lineno or smallest.lineno


def _is_words(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_told(node: ast.AST, statement: ast.stmt) -> bool:
    """Within an error's text, a type or an f-string: nobody decides by it."""
    apart: list[ast.AST] = [each for each in ast.walk(statement) if isinstance(each, ast.Raise | ast.JoinedStr)]
    apart += [each.annotation for each in ast.walk(statement) if isinstance(each, ast.AnnAssign)]
    return any(node is inner for outer in apart for inner in ast.walk(outer))


def _applied(tree: ast.Module, node: ast.AST, apply: Change) -> str:
    place = next(number for number, each in enumerate(ast.walk(tree)) if each is node)
    mutated = copy.deepcopy(tree)
    apply(next(each for number, each in enumerate(ast.walk(mutated)) if number == place))
    return ast.unparse(ast.fix_missing_locations(mutated))
