"""Text of the data as HTML: one gate, through which every string passes."""

from __future__ import annotations

from html import escape


def text(value: object) -> str:
    """Return a value as HTML text."""
    return escape(str(value), quote=True)


def tag(name: str, content: str, css: str = "") -> str:
    """Return an element around content that is HTML already; nothing for no content."""
    if not content:
        return ""
    attribute = f' class="{css}"' if css else ""
    return f"<{name}{attribute}>{content}</{name}>"


def link(label: str, url: str) -> str:
    """Return a link; an address with another scheme than http or https stays text."""
    if not url.lower().startswith(("http://", "https://")):
        return text(label)
    return f'<a href="{text(url)}" target="_blank" rel="noopener noreferrer">{text(label)}</a>'


def rows(pairs: list[tuple[str, str]]) -> str:
    """Return names and values, already HTML, as a definition list without empty ones."""
    return tag("dl", "".join(f"<dt>{text(name)}</dt><dd>{value}</dd>" for name, value in pairs if value))
