"""An Author for the page's tests: it knows one essay and answers by a word of the question."""

from __future__ import annotations

from collections.abc import Sequence

from ownwords.errors import OwnwordsError
from ownwords.links import quote_link
from ownwords.records import Answer, Nearest, Post, Quote, Range

TEXT = "나는 공개된 커뮤니티에서 배웠다. 동료들과 날마다 코드를 읽었다."
SOURCE = f"# 어떻게 공부했나\n\n앞 문단이다.\n\n{TEXT}\n\n뒤 문단 <script>alert(1)</script> 이다.\n"
START = SOURCE.index(TEXT)
EVIL = '<img src=x onerror=alert(1)> *별* & "따옴표"'


def make_post(id: str, title: str, url: str | None = None) -> Post:
    return Post(f"{id}.md", id, title, "2023-05-01", url, None, (), (), SOURCE, "utf-8")


class FakeAuthor:
    """`공부` or `study` is answered, `가까운` is related, `안녕` is greeted, `고장` fails,
    `모르는 글` and `낡은 색인` raise errors of the core."""

    build = "20260101-fake"
    suggestions = ("어떻게 공부했나요?", "What did you read?")
    passage_count = 3

    def __init__(self) -> None:
        self.posts = (
            make_post("essay", "어떻게 공부했나"),
            make_post("evil", EVIL, "javascript:alert(1)"),
            make_post("out", "밖에 있는 글", "https://example.org/out/"),
        )
        self.asked: list[tuple[str, tuple[str, ...], int | None, str | None]] = []

    def suggested(self, language: str) -> tuple[str, ...]:
        return self.suggestions

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        k: int | None = None,
        scope: str | None = None,
    ) -> Answer:
        self.asked.append((question, tuple(history), k, scope))
        if "고장" in question:
            raise RuntimeError("/secret/path")
        if "모르는 글" in question:
            raise OwnwordsError("There is no post '/secret'", "Give a post's id.", "unknown_scope")
        if "낡은 색인" in question:
            raise OwnwordsError("/secret/index is damaged", "Run a build.", "index_damaged")
        if "공부" in question or "study" in question:
            return self._answer(question, scope, "answered", (self._quote(),))
        if "가까운" in question:
            return self._answer(question, scope, "related", (self._quote(),))
        notice = "반갑습니다." if "안녕" in question else None
        return self._answer(question, scope, "none", (), notice)

    def _answer(self, question, scope, verdict, quotes, notice=None):  # type: ignore[no-untyped-def]
        near = () if verdict == "answered" else (Nearest(EVIL, "/posts/evil"),)
        offered = () if scope else self.suggestions
        return Answer(question, verdict, 0.9, quotes, near, notice, offered, self.build, 1.0)

    def _quote(self) -> Quote:
        end = START + len(TEXT)
        link = quote_link(None, "essay", START, end, TEXT)
        marks = (Range(0, TEXT.index(".") + 1),)
        return Quote(
            "essay.md",
            "어떻게 공부했나",
            "2023-05-01",
            None,
            START,
            end,
            TEXT,
            marks,
            "prose",
            link,
            1.0,
        )

    def post(self, id: str) -> Post | None:
        return next((post for post in self.posts if post.id == id), None)

    def around(self, post_path: str, start: int, end: int) -> tuple[str, str]:
        return "앞 문단이다.", "뒤 문단 <script>alert(1)</script> 이다."


class FakeLive:
    def __init__(self, author: FakeAuthor | None) -> None:
        self.author = author

    def current(self) -> FakeAuthor:
        if self.author is None:
            raise OwnwordsError("index: there is no index", "Run `ownwords build`.", "no_index")
        return self.author
