"""The command line's own sentences, Korean and English, by the locale."""

from __future__ import annotations

import os
import re
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
    "error": ("error", "오류"),
    "warning": ("warning", "경고"),
    "unchanged": (
        "Nothing changed; the index is up to date.",
        "바뀐 글이 없습니다. 색인은 최신입니다.",
    ),
    "built": (
        "posts: {posts}, passages: {passages} (reused {reused}, embedded {embedded}), "
        "skipped files: {skipped}, {seconds:.1f} s",
        "글 {posts}편, 단락 {passages}개 (그대로 {reused}, 새로 계산 {embedded}), "
        "건너뛴 파일 {skipped}개, {seconds:.1f}초",
    ),
    "problems": (
        "Files or pins left out: {errors}, warnings: {warnings}.",
        "색인에 넣지 못한 파일이나 핀 {errors}개, 경고 {warnings}건.",
    ),
    "model_preparing": (
        "Preparing the language model for this machine (once, about half a minute).",
        "이 컴퓨터에 맞게 언어 모델을 준비합니다 (처음 한 번, 30초쯤).",
    ),
    "reranker_preparing": (
        "Preparing the reranker for this machine (once; a large one takes minutes).",
        "이 컴퓨터에 맞게 재정렬 모델을 준비합니다 (처음 한 번, 큰 모델은 몇 분).",
    ),
    "model_waiting": (
        "Another process is preparing the language model; waiting for it.",
        "다른 프로세스가 언어 모델을 준비하고 있어 기다립니다.",
    ),
    "model_not_exported": (
        "{model} cannot be exported ({reason}); it answers through sentence-transformers, "
        "which starts more slowly and needs more memory.",
        "{model}은(는) 내보낼 수 없어({reason}) sentence-transformers로 답합니다. "
        "시작이 느리고 메모리를 더 씁니다.",
    ),
    "proxied": (
        "A request carries X-Forwarded-For, and trusted_hops is 0: behind a proxy all visitors "
        "count as one and share one limit. Set trusted_hops = 1 (or OWNWORDS_TRUSTED_HOPS=1), the "
        "number of proxies of yours, and start the server again. Without a proxy leave it at 0.",
        "요청에 X-Forwarded-For가 있는데 trusted_hops가 0입니다. 프록시 뒤라면 모든 방문자를 한 사람으로 세어 "
        "질문 한도를 함께 씁니다. 앞에 둔 프록시의 수를 trusted_hops = 1(또는 OWNWORDS_TRUSTED_HOPS=1)처럼 "
        "적고 서버를 다시 켜세요. 프록시가 없으면 0으로 두세요.",
    ),
    "model_bar": ("Preparing the model", "모델 준비 중"),
    "embedding": ("Reading passages", "글을 읽는 중"),
}

# The core's errors by their code: what is wrong and what to do. The core's own sentence, which
# names the file or the value, stands beside it.
_ERRORS_KO = {
    "no_index": ("색인이 없습니다", "`ownwords build`를 실행하세요."),
    "index_damaged": ("색인이 손상되었습니다", "`ownwords build`로 다시 만드세요."),
    "index_format": (
        "이 버전이 읽을 수 없는 형식의 색인입니다",
        "`ownwords build`로 다시 만드세요.",
    ),
    "index_unwritable": (
        "색인 폴더에 쓸 수 없습니다",
        "폴더에 쓰기 권한을 주거나 `--index`로 다른 폴더를 지정하세요.",
    ),
    "model_updated": (
        "색인을 만든 뒤에 모델이 바뀌었습니다",
        "`ownwords build --full`로 다시 만드세요.",
    ),
    "model_mismatch": (
        "색인을 만든 모델과 설정의 모델이 다릅니다",
        "`ownwords build`로 다시 만들거나 설정 `model`을 색인을 만든 모델로 되돌리세요.",
    ),
    "disk": (
        "색인을 디스크에 쓰지 못했습니다",
        "디스크 공간과 폴더의 권한을 확인하고 다시 빌드하세요. 쓰던 색인은 그대로 남아 있습니다.",
    ),
    "locked": ("이미 다른 빌드가 돌고 있습니다", "끝나기를 기다리거나 그 프로세스를 끝내세요."),
    "no_corpus": ("글 폴더가 없습니다", "`--corpus`로 글이 있는 폴더를 지정하세요."),
    "empty_corpus": (
        "색인에 넣을 글이 없습니다",
        "초안이나 비공개가 아닌 .md, .mdx, .txt, .html 파일을 넣으세요. 쓰던 색인은 그대로 남아 있습니다. ({fix})",
    ),
    "settings": (
        "설정이 잘못되었습니다",
        "`ownwords.toml`이나 `OWNWORDS_` 환경 변수를 고치세요. ({fix})",
    ),
    "questions": (
        "질문 모음을 읽을 수 없습니다",
        "한 줄에 id, lang, kind, question, gold를 담은 JSON 객체 하나를 적으세요.",
    ),
    "model_missing": (
        "이 컴퓨터에 준비된 언어 모델이 없습니다",
        '`pip install "ownwords[build]"`를 한 번 실행하거나, '
        "`ownwords build --bundle`로 만든 색인을 가져오세요.",
    ),
    "no_token_vectors": (
        "이 언어 모델은 토큰 벡터를 내지 않습니다",
        "BAAI/bge-m3 같은 트랜스포머 모델을 고르거나, 설정 `model`을 비워 두세요.",
    ),
    "model_unavailable": (
        "언어 모델을 열 수 없습니다",
        "설정 `model`의 이름이나 폴더를 확인하세요. 비워 두면 기본 모델을 씁니다.",
    ),
    "reranker_unavailable": (
        "재정렬 모델을 열 수 없습니다",
        "설정 `reranker`의 이름이나 폴더를 확인하세요. 비워 두면 재정렬하지 않습니다.",
    ),
    "reranker_unfit": (
        "설정 `reranker`의 모델로는 재정렬할 수 없습니다",
        "BAAI/bge-reranker-v2-m3처럼 점수 하나를 내는 CrossEncoder를 적거나 비워 두세요.",
    ),
    "model_not_exported": (
        "이 모델은 내보낼 수 없어 색인에 함께 담을 수 없습니다",
        "다른 모델을 쓰거나 서버에 `ownwords[build]`를 설치하세요.",
    ),
    "model_damaged": (
        "언어 모델 파일이 온전하지 않습니다",
        "색인 옆의 모델이면 폴더를 다시 가져오거나 `ownwords build --bundle`로 다시 만들고, "
        "캐시 폴더의 모델이면 그 폴더를 지우고 다시 해 보세요.",
    ),
    "export_failed": (
        "언어 모델을 내보내지 못했습니다",
        "디스크 공간(1GB)과 `pip check`를 확인하고 다시 해 보세요.",
    ),
    "cache_unwritable": (
        "모델을 둘 폴더에 쓸 수 없습니다",
        "폴더에 쓰기 권한을 주거나 설정 `cache_dir`로 다른 폴더를 지정하세요.",
    ),
    "empty_question": ("질문이 비어 있습니다", "궁금한 것을 한 문장으로 적어 주세요."),
    "k": ("인용 수는 1 이상이어야 합니다", "`-k`를 빼면 기본값을 씁니다."),
    "unknown_scope": ("그런 글이 없습니다", "글의 id나 주소를 적어 주세요."),
    "build": (
        "빌드가 실패했고 쓸 수 있는 색인이 없습니다",
        "위에 나온 문제를 고치고 `ownwords build`를 실행하세요.",
    ),
    "address": (
        "그 주소와 포트를 열 수 없습니다",
        "`--port`로 다른 포트를 고르거나, 그 포트를 쓰는 프로그램을 끝내세요.",
    ),
}

# What is wrong with a file of the corpus: a pattern for the core's sentence, the same in Korean,
# what to do.
_UTF_8 = "파일을 UTF-8로 저장하세요."
_FILL = "글을 쓰거나 파일을 지우세요."
_PROBLEMS_KO = (
    (
        r"the id (.+) is taken by (.+)",
        r"아이디 \1을(를) \2이(가) 이미 씁니다",
        "둘 가운데 하나의 머리말에 `id:`를 따로 적으세요.",
    ),
    (
        r"a symbolic link that leads out of the corpus folder",
        "글 폴더 밖을 가리키는 심볼릭 링크입니다",
        "파일을 폴더 안으로 복사하세요.",
    ),
    (
        r"broken front matter: (.+)",
        r"머리말을 읽을 수 없습니다 (\1)",
        "그 줄을 고치세요. 쌍점이 든 값은 따옴표로 묶습니다.",
    ),
    (r"the file holds no text", "파일에 글이 없습니다", _FILL),
    (r"the file is empty", "빈 파일입니다", _FILL),
    (
        r"nothing in it can be quoted",
        "인용할 수 있는 글이 없습니다",
        "코드와 그림은 인용하지 않고 글만 인용합니다.",
    ),
    (
        r"([\d,]+) bytes, more than ([\d,]+)",
        r"\1바이트로, 한도 \2바이트를 넘습니다",
        "파일을 나누거나 설정 `max_file_bytes`를 늘리세요.",
    ),
    (r"cannot be read \((.+)\)", r"읽을 수 없습니다 (\1)", "파일의 권한을 확인하세요."),
    (
        r"neither UTF-8 text nor a known legacy encoding",
        "UTF-8도, 알려진 옛 인코딩도 아닙니다",
        _UTF_8 + " 글이 아닌 파일이면 다른 곳으로 옮기세요.",
    ),
    (
        r"a binary file, not text",
        "글이 아니라 이진 파일입니다",
        "파일을 옮기거나 제 확장자를 붙이세요.",
    ),
    (r"read as (.+), not UTF-8", r"UTF-8이 아니라 \1로 읽었습니다", _UTF_8),
    (r"not TOML: (.+)", r"TOML 문법에 맞지 않습니다 (\1)", "그 줄을 고치세요."),
    (
        r"there is no post (.+) in the index .+",
        r"색인에 \1 글이 없습니다(초안은 빼고 봅니다)",
        "{fix}",
    ),
    (r"(.+) does not stand in (.+)", r"\2에 이제 \1이(가) 없습니다", "{fix}"),
    (
        r"there is no text under a heading (.+) in (.+)",
        r"\2에 제목 \1 아래의 글이 없습니다",
        "{fix}",
    ),
    (r"the date (.+) is not a date", r"날짜 \1을(를) 알 수 없습니다", "2024-05-31처럼 적으세요."),
    # Warnings of a build and of opening an index have no fix of their own.
    (
        r"build (\S+) is damaged or of another version; a new one replaces it",
        r"빌드 \1이(가) 손상되었거나 다른 버전의 것이라 새로 만든 빌드로 바꿨습니다",
        "",
    ),
    (
        r"the posts have changed a lot; .+",
        "글이 많이 바뀌었습니다. `ownwords build --full`로 색인을 글에 다시 맞추세요",
        "",
    ),
    (
        r"the index was built with passages of (\d+) characters, the settings ask for (\d+); .+",
        r"색인은 \1자 단락으로 만들었는데 설정은 \2자입니다. `ownwords build`로 다시 만드세요",
        "",
    ),
    (r"(.+); build (\S+) serves instead", r"대신 빌드 \2(으)로 답합니다 (\1)", ""),
)


def korean(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the locale asks for Korean: LC_ALL, LC_MESSAGES, LANG, the first that is set."""
    environ = os.environ if environ is None else environ
    chosen = next((environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(n)), "")
    return chosen.lower().startswith("ko")


def say(name: str, **values: object) -> str:
    return _TEXTS[name][korean()].format(**values)


def localised(code: str, message: str, fix: str) -> tuple[str, str]:
    """An error's message and fix in the locale's language.

    In Korean the core's sentence stays, in brackets: it names the file or the value. So does its
    fix where that names something.
    """
    if not korean() or code not in _ERRORS_KO:
        return message, fix
    summary, action = _ERRORS_KO[code]
    return f"{summary} ({message})", action.replace("{fix}", fix)


def problem(message: str, fix: str = "") -> tuple[str, str]:
    """What is wrong with a file or an index, and its fix, in the locale's language; a sentence that is
    not known here stays as it is, and so does a fix that names something."""
    for pattern, summary, action in _PROBLEMS_KO if korean() else ():
        if (found := re.fullmatch(pattern, message, re.DOTALL)) is not None:
            return found.expand(summary), action.replace("{fix}", fix)
    return message, fix
