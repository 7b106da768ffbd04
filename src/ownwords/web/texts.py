"""The product's own words on the page and in errors, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["ko", "en"]


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's words. `{author}` and `{limit}` are filled in by whoever shows them."""

    language: Language
    title: str
    title_named: str
    description: str
    greeting: str
    placeholder: str
    send: str
    conversation: str
    none: str
    none_named: str
    related: str
    related_open: str
    nearest: str
    try_these: str
    around: str
    set_off: str
    to_source: str
    to_original: str
    to_questions: str
    page_missing: str
    errors: Mapping[str, tuple[str, str]]

    def error(self, code: str, limit: int = 0) -> tuple[str, str]:
        """Message and fix of an error code; an unknown code reads as `internal`."""
        message, fix = self.errors.get(code, self.errors["internal"])
        return message.format(limit=limit), fix.format(limit=limit)

    def nothing(self, author: str) -> str:
        return self.none_named.format(author=author) if author else self.none

    def site_title(self, author: str) -> str:
        return self.title_named.format(author=author) if author else self.title


KO = Texts(
    language="ko",
    title="글쓴이에게 묻기",
    title_named="{author} 님의 글에 묻기",
    description="질문하면 글쓴이가 실제로 쓴 문장을 출처와 함께 그대로 보여 줍니다.",
    greeting="궁금한 것을 물어보세요. 글쓴이가 실제로 쓴 문장을 출처와 함께 그대로 보여 드립니다.",
    placeholder="질문을 적어 주세요",
    send="묻기",
    conversation="질문과 답",
    none="글쓴이가 이에 대해 쓴 글이 없습니다.",
    none_named="{author} 님이 이에 대해 쓴 글이 없습니다.",
    related="이 질문에 바로 답하는 글은 찾지 못했습니다.",
    related_open="가장 가까운 글 보기",
    nearest="가장 가까운 글",
    try_these="이런 질문에는 답이 있습니다.",
    around="앞뒤 더 보기",
    set_off="글 속의 인용",
    to_source="원문에서 보기",
    to_original="원래 주소에서 보기",
    to_questions="질문하러 가기",
    page_missing="그런 글이 없습니다.",
    errors={
        "json": ("요청을 읽을 수 없습니다", '{{"question": "…"}} 꼴의 UTF-8 JSON을 보내 주세요'),
        "type": ("요청의 값이 맞지 않습니다", "question은 글, history는 글의 목록, k는 정수, scope는 글이어야 합니다"),
        "empty": ("질문이 비어 있습니다", "궁금한 것을 한 문장으로 적어 주세요"),
        "characters": ("질문에 쓸 수 없는 문자가 있습니다", "NUL이나 짝 없는 서로게이트를 빼고 다시 보내 주세요"),
        "too_long": ("질문이 너무 깁니다", "{limit}자 이내로 적어 주세요"),
        "history": ("이전 질문이 너무 많습니다", "최근 질문 {limit}개까지만 보내 주세요"),
        "k": ("인용 수가 범위를 벗어났습니다", "1부터 {limit} 사이의 정수를 보내 주세요"),
        "scope": ("그런 글이 없습니다", "scope에는 글의 id나 주소를 적어 주세요"),
        "too_large": ("요청이 너무 큽니다", "{limit}바이트 이내로 보내 주세요"),
        "not_found": ("그런 주소가 없습니다", "주소를 확인해 주세요"),
        "method": ("이 주소는 그 방식의 요청을 받지 않습니다", "POST /api/ask 로 질문을 보내 주세요"),
        "not_ready": ("지금은 답할 수 없습니다", "잠시 뒤에 다시 물어봐 주세요"),
        "internal": ("답을 찾다가 문제가 생겼습니다", "잠시 뒤에 다시 물어봐 주세요"),
    },
)  # fmt: skip

EN = Texts(
    language="en",
    title="Ask the author",
    title_named="Ask {author}",
    description="Ask a question and read the author's own sentences, with their source.",
    greeting="Ask a question. You will read sentences the author really wrote, with their source.",
    placeholder="Type a question",
    send="Ask",
    conversation="Questions and answers",
    none="The author has not written about this.",
    none_named="{author} has not written about this.",
    related="No passage answers this question directly.",
    related_open="Show what is nearest",
    nearest="Nearest posts",
    try_these="These questions have an answer.",
    around="More around it",
    set_off="Quoted in the post",
    to_source="See it in the post",
    to_original="Read it at its own address",
    to_questions="Ask a question",
    page_missing="There is no such post.",
    errors={
        "json": ("The request cannot be read", 'Send UTF-8 JSON such as {{"question": "…"}}'),
        "type": ("A value of the request has the wrong type", "question is a text, history a list of texts, k a whole number, scope a text"),
        "empty": ("The question is empty", "Write what you want to know in one sentence"),
        "characters": ("The text holds a character that cannot be read", "Remove NUL characters and lone surrogates"),
        "too_long": ("The question is too long", "Use at most {limit} characters"),
        "history": ("There are too many earlier questions", "Send the last {limit} at most"),
        "k": ("The number of quotes is out of range", "Send a whole number from 1 to {limit}"),
        "scope": ("There is no such post", "scope is a post's id or its address"),
        "too_large": ("The request is too large", "Send at most {limit} bytes"),
        "not_found": ("There is nothing at this address", "Check the address"),
        "method": ("This address does not take that kind of request", "Send a question to POST /api/ask"),
        "not_ready": ("There is no answer at the moment", "Ask again in a little while"),
        "internal": ("Something went wrong while looking for an answer", "Ask again in a little while"),
    },
)  # fmt: skip


def spoken(header: str | None) -> Texts:
    """The texts for an `Accept-Language` header: Korean if it ranks above English, else English."""
    return KO if _weight(header, "ko") > _weight(header, "en") else EN


def _weight(header: str | None, language: str) -> float:
    """The q-value the header gives a language (RFC 9110, 12.5.4); ties go to the one named first."""
    best = 0.0
    for place, part in enumerate((header or "")[:1000].split(",")):
        tag, _, rest = part.strip().partition(";")
        if tag.strip().lower().split("-")[0] == language:
            best = max(best, _quality(rest) - place * 1e-6)
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
