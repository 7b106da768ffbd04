import codecs
from datetime import date
from pathlib import Path

import pytest

from ownwords.corpus import Reading, read_corpus
from ownwords.decoding import encoding_of, first_bad_line, is_binary
from ownwords.settings import Settings

KOREAN = "안녕하세요. 마케팅 업무를 했습니다."


def read(root: Path) -> Reading:
    return read_corpus(root, Settings(), date(2026, 1, 1))


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_is_character_0(tmp_path: Path, name: str) -> None:
    source = f"\ufeff---\ntitle: 제목\n---\n{KOREAN}"
    (tmp_path / "a.md").write_bytes(source.encode(name))
    reading = read(tmp_path)
    (post,) = reading.posts
    assert (post.source, post.encoding, post.title) == (source, name, "제목")
    assert post.source[post.blocks[0].content.start :] == KOREAN
    assert [problem.severity for problem in reading.problems] == ["warning"]


def test_the_mark_of_utf_8_is_character_0_and_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(codecs.BOM_UTF8 + KOREAN.encode())
    reading = read(tmp_path)
    assert (reading.posts[0].source, reading.problems) == ("\ufeff" + KOREAN, ())
    assert reading.posts[0].blocks[0].content.start == 1


@pytest.mark.parametrize(
    ("text", "html", "found"),
    [
        (f"<meta charset=johab><p>{KOREAN}", True, "johab"),
        (f"<META http-equiv=x content='text/html; charset=\"johab\"'>{KOREAN}", True, "johab"),
        (f"<?xml version='1.0' encoding='johab'?><p>{KOREAN}", True, "johab"),
        (f"<!-- -*- coding: johab -*- -->\n{KOREAN}", False, "johab"),
        (f"{KOREAN}\n<!-- vim: set fileencoding=johab : -->", False, "johab"),
    ],
)
def test_a_declared_encoding_is_taken(text: str, html: bool, found: str) -> None:
    assert encoding_of(text.encode("johab"), html) == found


@pytest.mark.parametrize(
    "text",
    [
        f"HTML에는 charset=latin-1 이라고 쓴다. {KOREAN}",
        f"charset: latin-1, encoding: latin-1. {KOREAN}",
        f"`<meta charset=latin-1>` 을 쓴다. {KOREAN}",
        f"<?xml version='1.0' encoding='latin-1'?> {KOREAN}",
        f"1\n2\n-*- coding: latin-1 -*- {KOREAN}",
        f"<!-- -*- coding: utf-8 -*- --> {KOREAN}",
        f"<!-- -*- coding: no-such -*- --> {KOREAN}",
    ],
)
def test_prose_about_an_encoding_declares_none(text: str) -> None:
    assert encoding_of(text.encode("cp949")) == "cp949"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.7\n" + b"1 0 obj << >> endobj\n" * 20,
        b"PK\x03\x04" + bytes(100),
        b"\xff\xd8\xff\xe0" + bytes(100),
        b"\xff\xfea\x00\x00\xd8",
        b"\xb0\xa1\x00\xb0\xa1",
    ],
)
def test_what_is_no_text_has_no_encoding(data: bytes) -> None:
    assert encoding_of(data) is None


def test_control_characters_betray_a_binary() -> None:
    assert is_binary("\0\1\2 abc")
    assert not is_binary("가\t나\r\n" + "다" * 100 + "\x08")


def test_the_first_bad_line_is_told() -> None:
    assert first_bad_line(b"a\nb\n\xb0\xa1") == 3
    assert first_bad_line("가".encode()) == 0
