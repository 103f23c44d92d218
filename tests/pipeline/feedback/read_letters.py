"""Letters as a mail program reads them: headers, the text part, and the words that the HTML part shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("td", "th", "p", "br", "h1", "h2", "h3"):
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass
class ReadLetter:
    """What a mail program makes of the bytes of a letter."""

    message: EmailMessage
    text: str
    html: str
    shown: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    @property
    def everything(self) -> str:
        """All headers and both parts, decoded."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.message.items())
        return "\n".join((headers, self.text, self.html, self.shown))


def read_letter(content: bytes) -> ReadLetter:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    said, markup = (part.get_content().replace("\r\n", "\n") for part in (text, html))
    parser = _Words()
    parser.feed(markup)
    return ReadLetter(message, said, markup, "".join(parser.words), parser.tags)
