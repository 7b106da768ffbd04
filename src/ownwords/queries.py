"""What a visitor typed, and what he typed before → the questions it is read as."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from itertools import dropwhile

from ownwords import bydate, conversation, keyboard, notices, several, spacing, years
from ownwords.conversation import Asked
from ownwords.notices import Kind
from ownwords.pinned import Pinned
from ownwords.records import Post
from ownwords.years import Known

_LATIN = re.compile(r"[A-Za-z]{2,}")


class Queries:
    """Reads questions to a corpus: what its words and years are decides some readings, and a pin's own
    words stay as they are. `author` is the setting."""

    def __init__(self, posts: Sequence[Post], pinned: Pinned, years: Known, author: str) -> None:
        self._posts, self._pinned, self._years, self._author = posts, pinned, years, author

    def ready(self) -> None:
        """Make what any first question would wait for."""
        self.readings("준비되었습니까")

    def readings(self, typed: str) -> list[str]:
        """What the keys that were typed may have meant, words apart; a request for more is one."""
        candidates = keyboard.candidates(unicodedata.normalize("NFC", typed), self._latin)
        asked = [notices.behind_courtesy(one, self._author) for one in candidates]
        found = [spacing.spaced(one) for one in asked]
        return list(filter(conversation.asks_for_places, found)) or found

    def worded(self, readings: Sequence[str]) -> bool:
        """Whether one of them is a pin's own words."""
        return any(map(self._pinned.words, readings))

    def kind(self, readings: Sequence[str]) -> Kind | None:
        """The notice that is asked for, if any: none where it is a pin's own words. Where no post has a date, who
        asks for the latest is told what to ask for."""
        if self.worded(readings):
            return None
        if wanted := next(filter(None, map(bydate.asked, readings)), None):
            return None if wanted.year or bydate.rows(wanted, self._posts) else Kind.HELP
        return next(filter(None, (notices.notice_of(one, self._author) for one in readings)), None)

    def asks_who(self, question: str, earlier: Sequence[str]) -> bool:
        """Whether it asks who the author is. Behind questions about other things "이름이 뭐예요?" may ask
        for another name."""
        if self.kind([question]) is not Kind.IDENTITY:
            return False
        others = (one for one in earlier if self.kind([one]) is not Kind.IDENTITY)
        return not (notices.of_somebody(question) and any(others))

    def questions(self, message: str) -> tuple[str, ...]:
        """Those that a message asks, without what is asked of the product beside them; a pin's own words are one."""
        if self.worded([message]):
            return (message,)
        each = several.questions(message)
        kinds = (self.kind(self.readings(one)) for one in each) if len(each) > 1 else [None]
        asked = [one for one, kind in zip(each, kinds, strict=True) if kind is None or kind.yields]
        return tuple(asked) or (message,)

    def by_date(self, question: str) -> list[int]:
        """The rows of the posts that it asks for by their dates, in the order asked for; none where it does not."""
        wanted = bydate.asked(question)
        return bydate.rows(wanted, self._posts) if wanted else []

    def asks_for_nothing(self, readings: Sequence[str], earlier: Sequence[str]) -> bool:
        """Whether it asks for places, or for a reason, of nothing that was asked before."""
        read = readings[-1]
        hangs = conversation.wants_more(read) or (not earlier and conversation.hangs(read))
        return hangs and not self.worded(readings)

    def earlier(self, history: Sequence[str]) -> list[str]:
        """The earlier questions as they were read, without the courtesies between them."""
        read = [self.readings(one) for one in history if one.strip()]
        kinds = [self.kind(readings) for readings in read]
        asked = [
            readings[-1]
            for readings, kind in zip(read, kinds, strict=True)
            if kind is None or kind.yields
        ]
        return list(dropwhile(self._asks_nothing, asked))

    def asked(self, question: str, earlier: Sequence[str]) -> Asked:
        """What a reading is about, after the earlier ones; with its years counted and in full."""
        asked = conversation.asked_before(question, earlier, self._pinned.words)
        if self._pinned.words(asked.question):
            return asked
        said = [years.in_full(one, self._known_years) for one in (*asked.history, asked.question)]
        *before, last = conversation.dated(said)
        return asked._replace(question=last, history=tuple(before))

    def _asks_nothing(self, question: str) -> bool:
        """Whether it asked for nothing as the first question of a conversation."""
        hangs = conversation.hangs(question) or conversation.wants_more(question)
        return hangs and not self._pinned.words(question)

    @cached_property
    def _latin(self) -> frozenset[str]:
        """The corpus's words in Latin letters: nobody who types one meant Hangul."""
        words = (word for post in self._posts for word in _LATIN.findall(post.source))
        return frozenset(word.lower() for word in words)

    def _known_years(self) -> frozenset[int]:
        return self._years.every
