"""The author's look, from the settings: accent colour, typeface and portrait → a small style sheet.

The sheet is made once, at the start; page and reading page both link to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

SERIF = (
    '"Noto Serif KR", "Noto Serif CJK KR", "Nanum Myeongjo", AppleMyungjo, Batang, Georgia, serif'
)
IMAGES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
}
PORTRAIT_BYTES = 200_000
LIGHT, DARK = (250, 249, 246), (23, 22, 20)  # the paper of page.css by day and by night
READABLE = 4.5  # contrast of WCAG 2.2, 1.4.3

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file as it is sent."""

    content: bytes
    kind: str


def style(settings: Settings) -> str:
    """The style sheet `look.css`. Raises OwnwordsError for an accent that is not `#rrggbb`."""
    day, night = "", ""
    if settings.accent:
        accent = _colour(settings.accent)
        day = _accented(_readable(accent, LIGHT), (255, 255, 255), 0.74)
        night = _accented(_readable(accent, DARK), (0, 0, 0), 0.55)
    if settings.typeface == "serif":
        day += f"--ow-words:{SERIF};"
    dark = f"@media (prefers-color-scheme:dark){{:root:not([data-theme]){{{night}}}}}"
    return f':root{{{day}}}{dark}:root[data-theme="dark"]{{{night}}}'


def portrait(settings: Settings) -> Picture | None:
    """Raises OwnwordsError for a file that is missing, too large or no image a browser shows."""
    if not settings.portrait:
        return None
    path = Path(settings.portrait)
    kind = IMAGES.get(path.suffix.lower())
    try:
        content = path.read_bytes() if kind else b""
    except OSError:
        content = b""
    if kind is None or not 0 < len(content) <= PORTRAIT_BYTES:
        raise OwnwordsError(
            f"portrait: {settings.portrait!r} is not an image of at most {PORTRAIT_BYTES // 1000} kB",
            f"Name a file that ends in one of {', '.join(IMAGES)}.",
            "settings",
        )
    return Picture(content, kind)


def _colour(text: str) -> Colour:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise OwnwordsError(
            f"accent: {text!r} is not a colour", "Write it as `#8a5a1f`.", "settings"
        )
    red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _accented(accent: Colour, ground: Colour, share: float) -> str:
    """The accent, the colour of letters on it, and a marker's tint of it."""
    letters = max(((255, 255, 255), DARK), key=lambda colour: contrast(colour, accent))
    return (
        f"--ow-accent:{_hex(accent)};--ow-on:{_hex(letters)};"
        f"--ow-mark:{_hex(_mixed(accent, ground, share))};"
    )


def _readable(colour: Colour, paper: Colour) -> Colour:
    """The colour, moved away from the paper until letters in it can be read."""
    away: Colour = (0, 0, 0) if paper == LIGHT else (255, 255, 255)
    steps = (_mixed(colour, away, share / 10) for share in range(11))
    return next(step for step in steps if contrast(step, paper) >= READABLE)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [value / 255 for value in colour]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mixed(colour: Colour, ground: Colour, share: float) -> Colour:
    """`share` of the ground, the rest of the colour."""
    red, green, blue = (
        round(a * (1 - share) + b * share) for a, b in zip(colour, ground, strict=True)
    )
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#" + bytes(colour).hex()
