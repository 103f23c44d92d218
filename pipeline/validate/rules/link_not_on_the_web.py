"""A link leads to a host that only the member itself can reach.

That is a host without a dot (``intranet``, ``localhost``), one in a domain that the web does not know (``.local``, ``.lan``,
``.internal``, ``.intranet``, ``.corp``, ``.home``), or an address of a private network. Assessed for questions of type file.
"""

from __future__ import annotations

from typing import Final

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

# Hosts in lower case, without a dot at the end; an address of IPv6 stands in brackets and has no dots.
_PRIVATE: Final = "|".join(
    (
        r"^[^.\[\]]+$",
        r"\.(?:localhost|local|lan|internal|intranet|corp|home)$",
        r"^(?:10|127)(?:\.[0-9]{1,3}){3}$",
        r"^(?:192\.168|169\.254|172\.(?:1[6-9]|2[0-9]|3[01]))(?:\.[0-9]{1,3}){2}$",
        r"^\[(?:::1|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$",
    )
)

RULE = Rule(
    name="link_not_on_the_web",
    version=1,
    description=__doc__,
    severity="warning",
    where=(*IS_SOUND, Where("type", "==", "file")),
    expectation="ExpectColumnValuesToNotMatchRegex",
    arguments={"column": "host", "regex": _PRIVATE},
    words=Words(
        "The link “%(seen)s” leads into a network of your own, so that nobody else can open it.",
        "Please give an address that can be opened on the web, or describe the document in the comment.",
    ),
)
