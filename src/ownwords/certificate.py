"""What a build was made of, and that nothing of it has changed since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from ownwords.errors import OwnwordsError

FORMAT = 12
REBUILD = "Rebuild with `ownwords build`."


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a build was made of. `files` maps each other file of the build to its SHA-256."""

    id: str
    created: str
    version: str
    model: str
    fingerprint: str
    dimension: int
    passage_chars: int
    corpus_hash: str
    posts: int
    passages: int
    sentences: int
    calibration: dict[str, Any]
    suggestions: tuple[str, ...]
    files: dict[str, str]
    format: int = FORMAT

    def to_json(self) -> str:
        """With a checksum of itself, so that a changed certificate is noticed too."""
        plain = asdict(self)
        return json.dumps({**plain, "checksum": checksum(plain)}, ensure_ascii=True, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """Raises OwnwordsError for another format, ValueError for anything damaged."""
        plain = json.loads(text)
        if not isinstance(plain, dict):
            raise ValueError("the certificate is not an object")
        if plain.get("format") != FORMAT:
            raise OwnwordsError(
                f"the index has format {plain.get('format')!r}, this version reads {FORMAT}",
                REBUILD,
                "index_format",
            )
        given = plain.pop("checksum", None)
        if given != checksum(plain) or plain.keys() != {f.name for f in fields(cls)}:
            raise ValueError("the certificate was changed")
        return cls(**{**plain, "suggestions": tuple(plain["suggestions"])})


def checksum(plain: Any) -> str:
    """SHA-256 of what JSON can hold, whatever the order of its keys."""
    text = json.dumps(plain, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
