"""Why letters are not sent or the ledger does not allow what was asked, in words for staff; light to import."""

from __future__ import annotations


class LedgerError(Exception):
    """The ledger cannot be used, or does not allow what was asked; the message says why and what to do."""


class SendingError(Exception):
    """Nothing can be sent until something is mended; the message says what and how."""
