"""Why something cannot be handed over or taken over, in words that tell staff what to do."""

from __future__ import annotations

from pipeline.text import one_line


class HandoverError(Exception):
    """A package cannot be made or taken over."""


class ContainerError(HandoverError):
    """A file is no zip as a package is one, or cannot stand in one; ``name`` is the file within, '' where it is none."""

    def __init__(self, said: str, name: str = ""):
        self.name = name
        super().__init__(f"{one_line(name)}: {said}" if name else said)


class SecretError(HandoverError):
    """A file that shall be handed over has a secret in it; tells where, never which."""


class IntoError(HandoverError):
    """The folder cannot take an installation; says why."""
