"""What a message to the product is."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """`IDENTITY` ("who are you?") is also a question to the author: a notice only where the posts
    do not answer it. The others are never searched for. The last three are replies to a request for
    more and to several questions: `notice_of` never finds them."""

    GREETING = "greeting"
    THANKS = "thanks"  # and "ok", "I see"
    GOODBYE = "goodbye"
    HELP = "help"  # what can I ask?
    PRODUCT = "product"  # are you a bot? what is this page?
    IDENTITY = "identity"  # who are you?
    FORM = "form"  # in other words or another language, or where it stands: "요약해줘", "source?"
    UNHELPFUL = "unhelpful"  # "this is wrong", and what people say when they are angry
    MORE = "more"  # with nothing asked before it
    NO_MORE = "no more"  # all was shown
    PARTLY = "partly"  # beside the answer to another question of the message

    @property
    def yields(self) -> bool:
        """Whether an answer from the posts goes before the notice."""
        return self is Kind.IDENTITY
