"""Sentences → groups of about a passage's size, cut where the cost of all together is least.

A passage should be about the target's size; a cut costs more inside a paragraph than between two,
and more still between the line that introduces a list and the list.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ownwords.pieces import Sentence


def grouped(pieces: Sequence[Sentence], target: int, limit: int) -> list[list[Sentence]]:
    """Whole sentences of about `target` characters and at most `limit`; a head begins a group and
    never ends one."""
    runs: list[list[Sentence]] = []
    for run in _led(pieces):
        heads = [one for one in run if one.opens]
        if len(heads) == len(run) and _size(run) > target // 2:  # a list of questions is text
            runs.append([replace(one, opens=False) for one in run])
        elif len(heads) < len(run):
            runs.append(_with_short_lead(run, target))
        elif runs:  # a question that nothing follows ends what went before
            runs[-1] += [replace(one, opens=False) for one in heads if not one.bold]
    return [group for run in runs for group in _cut(run, target, limit)]


def _led(pieces: Sequence[Sentence]) -> list[list[Sentence]]:
    """Runs each of which begins with its heads, where it has any."""
    runs: list[list[Sentence]] = []
    for at, piece in enumerate(pieces):
        if at == 0 or (piece.opens and not pieces[at - 1].opens):
            runs.append([])
        runs[-1].append(piece)
    return runs


def _with_short_lead(run: list[Sentence], target: int) -> list[Sentence]:
    heads = [one for one in run if one.opens]
    if _size(heads) <= target // 2:
        return run
    return [replace(one, opens=False) for one in heads[:-1]] + run[len(heads) - 1 :]


def _cut(run: Sequence[Sentence], target: int, limit: int) -> list[list[Sentence]]:
    """The cheapest way to cut the run into groups, found by dynamic programming."""
    lead = next((i for i, one in enumerate(run) if not one.opens), 0)
    cheapest, begins = [0.0], [0]
    for end in range(1, len(run) + 1):
        cost, begin, size, numbered = math.inf, end - 1, 0, False
        for i in range(end - 1, -1, -1):
            size += len(run[i].content) + 1
            if size > limit + 1 and lead <= i < end - 1:
                break
            total = cheapest[i] + _border(run, i, lead) + _strain(size - 1, target)
            if numbered and not run[i].numbered and run[i].depth:
                total += 10.0  # from inside an item on to `4. `: no list in a slice alone
            numbered = numbered or run[i].numbered
            if total < cost:
                cost, begin = total, i
        cheapest.append(cost)
        begins.append(begin)
    groups, end = [], len(run)
    while end:
        groups.append(list(run[begins[end] : end]))
        end = begins[end]
    return groups[::-1]


def _strain(size: int, target: int) -> float:
    """How far a passage's size is from the target; too long is worse than too short."""
    off = (size - target) / target
    return off * off * (9 if off > 0 else 1)


def _border(run: Sequence[Sentence], at: int, lead: int) -> float:
    """What a cut before sentence `at` costs: a passage of half the target costs 0.25."""
    if at == 0:
        return 0.0
    before, after = run[at - 1], run[at]
    if at <= lead:
        return 100.0  # a head would stand alone
    if before.keeps:
        return 2.0
    if after.torn:
        return 0.5
    if after.block == before.block:
        return 0.1
    return 0.3 if after.depth > before.depth else 0.0


def _size(group: Sequence[Sentence]) -> int:
    return sum(len(one.content) + 1 for one in group)
