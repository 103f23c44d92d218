"""Finding the modules of a package that each add one thing: a rule, a method, a block, an intake.

To add one, put a module beside the others; nothing else has to be told.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def discover(package: ModuleType, attribute: str, kind: type[T]) -> list[T]:
    """Return what each module of ``package`` offers under ``attribute``, in the alphabetical order of the modules.

    Args:
        package: The package whose modules are looked at (not its sub-packages).
        attribute: Name of the module-level object, e.g. ``RULE``.
        kind: The class that the object must be of.

    Raises:
        TypeError: A module has no such object, or one of another class.
    """
    found: list[T] = []
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        offered = getattr(module, attribute, None)
        if not isinstance(offered, kind):
            raise TypeError(f"{module.__name__} must define {attribute} as a {kind.__name__}, found {offered!r}.")
        found.append(offered)
    return found
