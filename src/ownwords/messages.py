"""The command line's own sentences, Korean and English, by the locale."""

from __future__ import annotations

import os
from collections.abc import Mapping

_TEXTS = {
    "none": ("The author has not written about this.", "글쓴이가 이에 대해 쓴 글이 없습니다."),
    "related": (
        "The author has not written about this directly. What is nearest:",
        "글쓴이가 이에 대해 직접 쓴 글은 없습니다. 가장 가까운 글:",
    ),
    "nearest": ("Nearest posts:", "가까운 글:"),
    "sure": ("confidence", "확신도"),
    "fix": ("What to do", "해결 방법"),
    "unchanged": (
        "Nothing changed; the index is up to date.",
        "바뀐 글이 없습니다. 색인은 최신입니다.",
    ),
    "built": (
        "{posts} posts, {passages} passages: {reused} reused, {embedded} embedded, "
        "{skipped} skipped, {seconds:.1f} s",
        "글 {posts}편, 단락 {passages}개: 재사용 {reused}, 새로 계산 {embedded}, "
        "건너뜀 {skipped}, {seconds:.1f}초",
    ),
    "problems": (
        "{errors} files were left out, {warnings} warnings.",
        "파일 {errors}개를 뺐고, 경고 {warnings}건이 있습니다.",
    ),
}


def korean(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the locale asks for Korean: LC_ALL, LC_MESSAGES, LANG, the first that is set."""
    environ = os.environ if environ is None else environ
    chosen = next((environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(n)), "")
    return chosen.lower().startswith("ko")


def say(name: str, **values: object) -> str:
    return _TEXTS[name][korean()].format(**values)
