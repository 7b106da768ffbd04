"""The product's own words on the page and in errors, in Korean and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["ko", "en"]
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's words. Names in braces are filled in by the methods below."""

    language: Language
    title: str
    title_named: str
    description: str
    greeting: str
    greeting_alone: str
    placeholder: str
    send: str
    again: str
    other_language: str
    conversation: str
    waiting: str
    offline: str
    lost: str
    failed: str
    late: str
    no_script: str
    copy: str
    copied: str
    translate: str
    translating: str
    translated: str
    untranslated: str
    found_one: str
    found: str
    none: str
    none_named: str
    none_here: str
    only: str
    related: str
    related_open: str
    nearest: str
    try_these: str
    around: str
    less: str
    set_off: str
    image: str
    date: str
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

    def count(self, quotes: int) -> str:
        return self.found_one if quotes == 1 else self.found.format(count=quotes)

    def day(self, date: str) -> str:
        """An ISO date as people write it; anything else as it is."""
        match = _DATE.match(date)
        if match is None or not 1 <= int(match[2]) <= 12:
            return date
        year, month, day = map(int, match.groups())
        name = _MONTHS.split()[month - 1]
        return self.date.format(year=year, month=month, day=day, name=name)

    def site_title(self, author: str) -> str:
        return self.title_named.format(author=author) if author else self.title


KO = Texts(
    language="ko",
    title="글쓴이에게 묻기",
    title_named="{author} 님의 글에 묻기",
    description="질문하시면 글쓴이가 실제로 쓴 문장을 출처와 함께 그대로 보여 드립니다.",
    greeting="이런 것을 물어보실 수 있습니다.",
    greeting_alone="아래에 질문을 적어 주세요.",
    placeholder="질문을 적어 주세요",
    send="묻기",
    again="처음부터 다시",
    other_language="English",
    conversation="질문과 답",
    waiting="글을 찾고 있습니다…",
    offline="인터넷 연결이 끊겼습니다. 연결되면 다시 물어봐 주세요.",
    lost="서버에 다시 연결하고 있습니다…",
    failed="답을 받지 못했습니다. 잠시 뒤에 다시 물어봐 주세요.",
    late="페이지를 불러오는 데 오래 걸립니다. 새로 고쳐 주세요.",
    no_script="질문을 주고받으려면 브라우저에서 자바스크립트를 켜 주세요.",
    copy="출처와 함께 복사",
    copied="복사했습니다.",
    translate="번역해서 보기",
    translating="브라우저가 번역하고 있습니다…",
    translated="브라우저의 번역입니다. 글쓴이가 쓴 문장은 위에 있습니다.",
    untranslated="브라우저가 번역하지 못했습니다.",
    found_one="글에서 한 대목을 찾았습니다.",
    found="글에서 {count}개 대목을 찾았습니다.",
    none="글쓴이가 이에 대해 쓴 글이 없습니다.",
    none_named="{author} 님이 이에 대해 쓴 글이 없습니다.",
    none_here="이 글에는 이에 대한 대목이 없습니다.",
    only="‘{title}’에서만 찾습니다.",
    related="이 질문에 바로 답하는 글은 찾지 못했습니다.",
    related_open="가장 가까운 대목 보기",
    nearest="가장 가까운 글",
    try_these="이런 질문에는 답이 있습니다.",
    around="앞뒤 더 보기",
    less="접기",
    set_off="글 속의 인용문",
    image="그림:",
    date="{year}년 {month}월 {day}일",
    to_original="원래 주소에서 보기",
    to_questions="질문하러 가기",
    page_missing="그런 글이 없습니다.",
    errors={
        "json": ("요청을 읽을 수 없습니다", '{{"question": "…"}} 꼴의 UTF-8 JSON을 보내 주세요'),
        "type": ("요청의 값이 맞지 않습니다", "question은 글, history는 글의 목록, k는 정수, scope는 글이어야 합니다"),
        "empty": ("질문이 비어 있습니다", "궁금한 것을 한 문장으로 적어 주세요"),
        "characters": ("질문에 쓸 수 없는 문자가 있습니다", "NUL 같은 제어 문자와 깨진 문자를 빼고 다시 보내 주세요"),
        "too_long": ("질문이 너무 깁니다", "{limit}자 이내로 적어 주세요"),
        "history": ("이전 질문이 너무 많습니다", "최근 질문 {limit}개까지만 보내 주세요"),
        "k": ("인용 수가 범위를 벗어났습니다", "1부터 {limit} 사이의 정수를 보내 주세요"),
        "scope": ("그런 글이 없습니다", "scope에는 글의 id나 주소를 적어 주세요"),
        "too_large": ("요청이 너무 큽니다", "{limit}바이트 이내로 보내 주세요"),
        "not_found": ("그런 주소가 없습니다", "주소를 확인해 주세요"),
        "method": ("이 주소는 그 방식의 요청을 받지 않습니다", "POST /api/ask 로 질문을 보내 주세요"),
        "origin": ("이 사이트에서는 쓸 수 없습니다", "사이트의 주소를 서버의 설정 allowed_sites에 넣어 주세요"),
        "event": ("페이지가 보내는 요청이 아닙니다", "페이지를 새로 고치거나, POST /api/ask 로 질문을 보내 주세요"),
        "not_ready": ("지금은 답할 수 없습니다", "잠시 뒤에 다시 물어봐 주세요"),
        "too_many": ("잠깐 사이에 질문이 너무 많이 왔습니다", "{limit}초 뒤에 다시 물어봐 주세요"),
        "busy": ("지금 질문이 몰려 있습니다", "{limit}초 뒤에 다시 물어봐 주세요"),
        "internal": ("답을 찾다가 문제가 생겼습니다", "잠시 뒤에 다시 물어봐 주세요"),
    },
)  # fmt: skip

EN = Texts(
    language="en",
    title="Ask the author",
    title_named="Ask {author}",
    description="Ask a question and read the author's own sentences, with their source.",
    greeting="You could ask, for example:",
    greeting_alone="Type your question below.",
    placeholder="Type a question",
    send="Ask",
    again="Start over",
    other_language="한국어",
    conversation="Questions and answers",
    waiting="Looking through the posts…",
    offline="You are offline. Ask again once you are connected.",
    lost="Connecting to the server again…",
    failed="No answer came back. Please ask again in a little while.",
    late="The page is taking long to load. Please reload it.",
    no_script="To ask questions here, please switch JavaScript on in your browser.",
    copy="Copy with its source",
    copied="Copied.",
    translate="Translate",
    translating="The browser is translating…",
    translated="The browser's translation. The author's own words stand above.",
    untranslated="The browser could not translate it.",
    found_one="One passage from the author's posts.",
    found="{count} passages from the author's posts.",
    none="The author has not written about this.",
    none_named="{author} has not written about this.",
    none_here="This post says nothing about this.",
    only="Looks in “{title}” only.",
    related="No passage answers this question directly.",
    related_open="Show the nearest passages",
    nearest="Nearest posts",
    try_these="These questions do have an answer:",
    around="More around it",
    less="Show less",
    set_off="Quoted in the post",
    image="Picture:",
    date="{day} {name} {year}",
    to_original="Read it at its own address",
    to_questions="Ask a question",
    page_missing="There is no such post.",
    errors={
        "json": ("The request cannot be read", 'Send UTF-8 JSON such as {{"question": "…"}}'),
        "type": ("A value of the request has the wrong type", "question is a text, history a list of texts, k a whole number, scope a text"),
        "empty": ("The question is empty", "Write what you want to know in one sentence"),
        "characters": ("The question holds a character that cannot be read", "Take out control characters such as NUL, and broken ones"),
        "too_long": ("The question is too long", "Use at most {limit} characters"),
        "history": ("There are too many earlier questions", "Send the last {limit} at most"),
        "k": ("The number of quotes is out of range", "Send a whole number from 1 to {limit}"),
        "scope": ("There is no such post", "scope is a post's id or its address"),
        "too_large": ("The request is too large", "Send at most {limit} bytes"),
        "not_found": ("There is nothing at this address", "Check the address"),
        "method": ("This address does not take that kind of request", "Send a question to POST /api/ask"),
        "origin": ("This site may not use it", "Add the site's address to the server's setting allowed_sites"),
        "event": ("The page does not send such a request", "Reload the page, or send a question to POST /api/ask"),
        "not_ready": ("There is no answer at the moment", "Ask again in a little while"),
        "too_many": ("There were too many questions in a short time", "Ask again in {limit} s"),
        "busy": ("Many people are asking at the moment", "Ask again in {limit} s"),
        "internal": ("Something went wrong while looking for an answer", "Ask again in a little while"),
    },
)  # fmt: skip


def spoken(header: str | None, chosen: str | None = None) -> Texts:
    """The texts of the language `chosen` in the address, else those for an `Accept-Language`
    header: Korean if it ranks above English, else English."""
    if chosen in (KO.language, EN.language):
        return KO if chosen == KO.language else EN
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
