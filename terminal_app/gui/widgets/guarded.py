"""Keep exceptions inside Qt's virtual methods."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def guarded(default: R) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Hand what an override of a Qt method raises to ``sys.excepthook`` and return ``default``.

    An exception that leaves a virtual method ends the process (PySide6 6.11 on Python 3.11).
    """

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        @wraps(method)
        def safe(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return method(*args, **kwargs)
            except Exception as error:
                sys.excepthook(type(error), error, error.__traceback__)
                return default

        return safe

    return decorate
