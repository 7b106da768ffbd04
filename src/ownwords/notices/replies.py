"""The product's fixed replies: its own words, never the author's."""

from __future__ import annotations

from ownwords.language import Language
from ownwords.notices.kinds import Kind


def text(kind: Kind, language: Language, author: str = "") -> str:
    """The product's fixed reply. `author` is the author's name, "" where none is set."""
    if language == "ko":
        who = author if author.endswith("님") or not author else f"{author}님"
        return _KOREAN[kind].format(
            of=f"{who or '글쓴이'}의", by=f"{who}이" if who else "글쓴이가", who=who or "글쓴이"
        )
    return _ENGLISH[kind].format(who=author or "the author")


_KOREAN = {
    Kind.GREETING: "안녕하세요. 궁금한 것을 물어보시면 {of} 글에서 답이 되는 문장을 찾아 그대로 보여 드립니다.",
    Kind.THANKS: "도움이 되었다면 다행입니다. 더 궁금한 것이 있으면 물어보세요.",
    Kind.GOODBYE: "안녕히 가세요. 궁금한 것이 생기면 다시 물어보세요.",
    Kind.HELP: "{of} 글에 담긴 것이라면 무엇이든 한국어나 영어로 물어보세요. 글에 없는 것은 없다고 답합니다.",
    Kind.PRODUCT: "사람이 아니라 {of} 글을 찾아 주는 프로그램입니다. {by} 쓴 문장을 그대로 보여 드릴 뿐, "
    "스스로 지어내지 않습니다.",
    Kind.IDENTITY: "{of} 글을 찾아 주는 프로그램입니다. {by} 쓴 문장을 그대로 보여 드릴 뿐, 스스로 지어내지 "
    "않습니다. 이 물음에 확실히 답하는 문장은 글에서 찾지 못했습니다.",
    Kind.FORM: "{of} 글에 있는 문장을 쓰인 말 그대로 보여 드릴 뿐, 줄이거나 바꾸어 쓰지 않습니다. 인용마다 제목과 날짜(글에 있으면), 원래 글로 가는 "
    "링크가 붙어 있습니다.",
    Kind.UNHELPFUL: "찾으시던 답이 아니었나 봅니다. 다른 말로 물어보시거나 조금 더 자세히 물어보세요. {of} 글에 있는 문장만 "
    "보여 드릴 수 있습니다.",
    Kind.MORE: "먼저 궁금한 것을 물어보세요. 그다음에 {of} 글에서 더 찾아 보여 드립니다.",
    Kind.PARTLY: "물어보신 것 모두에 대해 {by} 쓰지는 않았습니다. 다음은 그 일부에 답하는 글입니다.",
    Kind.NO_MORE: "{of} 글에서 이에 대해 더 보여 드릴 만한 곳을 찾지 못했습니다.",
}
_ENGLISH = {
    Kind.GREETING: "Hello. Ask a question, and the sentences that answer it in {who}'s posts are shown "
    "word for word.",
    Kind.THANKS: "Glad if that helped. Is there anything else you would like to ask?",
    Kind.GOODBYE: "Goodbye. Come back whenever you have a question.",
    Kind.HELP: "Ask anything that {who}'s posts may hold, in Korean or English. What is not in them is "
    "said not to be.",
    Kind.PRODUCT: "This is not a person but a program that searches {who}'s posts. It shows {who}'s own "
    "sentences and writes none itself.",
    Kind.IDENTITY: "This is a program that searches {who}'s posts. It shows {who}'s own sentences and "
    "writes none itself. No sentence that surely answers this was found in the posts.",
    Kind.FORM: "Sentences from {who}'s posts are shown in the words and the language that they were written "
    "in, neither shortened nor reworded. Every quote comes with its title, the post's date where it has one, and a link to it.",
    Kind.UNHELPFUL: "That was not what you were looking for, it seems. Try other words, or ask in more "
    "detail: only sentences that stand in {who}'s posts can be shown.",
    Kind.MORE: "Ask a question first; then more of {who}'s posts can be shown.",
    Kind.PARTLY: "Not all of what you asked is answered in {who}'s posts. This answers a part of it.",
    Kind.NO_MORE: "No other place in {who}'s posts was found that surely speaks of this.",
}
