"""A question that goes back to one before the last: "아까 그 회사는?", "back to the exam, was it hard?"."""

from __future__ import annotations

import re

# Something asked for earlier than in the last question: "아까 그 회사는?", "back to the exam".
_RETURNS = re.compile(
    r"아까|앞서\s|앞에서\s|(?:처음|전)에\s?(?:물어|질문|얘기|이야기|말)|처음\s(?:물어|질문)|첫\s?(?:번째\s?)?질문|돌아가|(?:얘기|이야기)로\s(?:다시\s)?가"
    r"|\bearlier\b|\bback to\b|\b(?:you|i) (?:mentioned|asked|said)\b|\bbefore that\b",
    re.IGNORECASE,
)
# The words that say so, which stand in no post; and that it is the first question.
_KO_BEFORE = r"(?:하신|하셨던|했던|하던|한|봤던|본|던|보신)(?:\s?(?:거|것|질문)(?:\s?중에?서?)?)?"
_KO_ASKED = f"(?:물어|물었|여쭤|질문){_KO_BEFORE}"
_KO_SAID = f"(?:물어|물었|여쭤|질문|말|말씀|얘기|이야기){_KO_BEFORE}"
_RETURNING = re.compile(
    rf"^(?:다시\s)?(?:(?:아까|앞서|앞에서)(?:\s?{_KO_SAID})?|방금\s?{_KO_SAID}|(?:맨\s?)?처음에?\s?{_KO_ASKED})(?:\s(?:첫\s?번째|맨\s?처음)\s?(?:거|것|질문)[은는이요]*)?(?![가-힣])"
    r"|(?:(?<=\s)(?<![그이]\s)|^)(?:(?:맨\s?)?처음\s?|첫\s?(?:번째\s?)?)?(?:얘기|이야기|질문|주제)(?:으로|로)\s(?:다시\s)?(?:돌아가|돌아와|가)(?:서|면|자면|\s?보면|\s?볼게요)?(?![가-힣])"
    r"|^다시\s(?=[^,]*(?<![그이]\s)(?:얘기|이야기|질문|주제)(?:으로|로)\s(?:돌아)?가)"
    r"|^(?!.*[가-힣])(?:(?:and|so|but|ok|okay|now),? )?(?:(?:going|coming|getting|let['’]?s go|can we go|i want to go) )?back to(?: (?:my|the) (?:very )?first (?:question|one|thing))?\b"
    r"|(?<!\bhave )(?<!\bhas )(?<!\bdid )(?<!\bever )\b(?:that |which )?(?:you|i|we) (?:just )?(?:mentioned|asked about|talked about)(?: (?:earlier|before))?\b|\bfrom earlier\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    rf"^(?:다시\s)?(?:맨\s?)?처음에?\s?{_KO_ASKED}|(?:처음|첫\s?번째|첫)\s?질문으로\s|^아까\s.*첫\s?번째\s?(?:거|것|질문)|\bback to (?:my|the) (?:very )?first (?:question|one|thing)\b",
    re.IGNORECASE,
)


def returns(question: str) -> bool:
    """Whether the wording may go back to a question before the last one."""
    return bool(_RETURNS.search(question))


def to_first(question: str) -> bool:
    """Whether it goes back to the first question of all."""
    return bool(_FIRST.search(question))


def without(question: str) -> str:
    """The question without the words that say that it goes back, which stand in no post: "아까 그 회사 얘기로
    돌아가서, 왜요?" is "그 회사, 왜요?"."""
    rest, found = _RETURNING.subn(" ", question)
    rest = " ".join(rest.split()).replace(" ,", ",").lstrip(" ,.;:!~…")
    return rest if found and re.search(r"\w", rest) else question
