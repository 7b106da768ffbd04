"""Choose the paragraphs that other models' projections are fitted on, and every model's 8 bits:

    python training/reference.py

writes src/ownwords/reference.txt: EACH paragraphs of each language, from as many posts of
the invented blogs. Which posts is drawn with a fixed seed.
"""

from __future__ import annotations

import random
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "src" / "ownwords" / "reference.txt"
EACH = 40  # of 20 to 160 English ones, late interaction of another model found as much with each
# Characters of a paragraph. A Hangul syllable says as much as two letters.
LENGTHS = {"ko": (150, 500), "en": (300, 900)}
NOT_PROSE = ("#", "```", "-", "*", ">", "|", "!", "1.")


def paragraphs(language: str) -> list[str]:
    posts = sorted((HERE / "blogs" / "first").glob(f"{language}*/posts/*.md"))
    random.Random(0).shuffle(posts)
    least, most = LENGTHS[language]
    found: list[str] = []
    for post in posts:
        blocks = post.read_text("utf-8").split("\n\n")
        prose = [b for b in blocks if least < len(b) < most and not b.startswith(NOT_PROSE)]
        found.extend(" ".join(block.split()) for block in prose[:1])
    return found[:EACH]


if __name__ == "__main__":
    lines = [line for language in LENGTHS for line in paragraphs(language)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
