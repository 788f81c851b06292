"""A module as it is loaded: a mutant is put into its functions, without loading anything anew."""

import gc
from collections.abc import Iterator
from importlib import import_module
from types import CodeType, FunctionType


class LiveModule:
    """All functions of one module, wherever a class or a decorator keeps them."""

    def __init__(self, name: str) -> None:
        self.file = str(import_module(name).__file__)
        self._functions = [
            each
            for each in gc.get_objects()
            if isinstance(each, FunctionType) and each.__code__.co_filename == self.file and _is_outer(each.__code__)
        ]

    def become(self, source: str) -> None:
        """Gives every function the code that `source` has for it. Raises ValueError where one cannot take it."""
        codes = {code.co_qualname: code for code in _inner(compile(source, self.file, "exec")) if _is_outer(code)}
        for function in self._functions:
            if code := codes.get(function.__code__.co_qualname):
                function.__code__ = code

    def codes(self) -> Iterator[CodeType]:
        """What runs when its functions run."""
        for function in self._functions:
            yield function.__code__
            yield from _inner(function.__code__)


def _is_outer(code: CodeType) -> bool:
    return "<" not in code.co_qualname


def _inner(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner(constant)
