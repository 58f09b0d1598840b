"""The rule that picks the articles of a digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.domain.digests import MAX_DECISIONS, Candidate, Decision, RuleName


def decide(
    candidates: Iterable[Candidate], shown: Mapping[str, int], count: int, *, adult: bool
) -> tuple[Decision, ...]:
    """Picks the first `count` eligible candidates. Returns the decision for each candidate, the picked ones
    first, at most MAX_DECISIONS. `shown` maps the articles that the schedule has posted (`Candidate.same`) to
    their number of comments at that time; `adult` is whether the channel is age-restricted."""
    decisions: list[Decision] = []
    picked: set[str] = set()
    for candidate in candidates:
        before = shown.get(candidate.same)
        rule: RuleName
        if candidate.over_18 and not adult:
            rule = "over-18"
        elif candidate.left_out is not None:
            rule = "left-out"
        elif candidate.same in picked:
            rule = "twin"
        elif not picked.isdisjoint(candidate.story):
            rule = "same-story"
        elif before is not None and candidate.comments <= before:
            rule = "shown-before"
        elif before is None and not shown.keys().isdisjoint(candidate.story):
            rule = "story-shown"
        elif len(picked) == count:
            rule = "enough"
        else:
            rule = "picked" if before is None else "new-comments"
            picked.add(candidate.same)
        left_out = candidate.left_out if rule == "left-out" else None
        decisions.append(
            Decision(candidate.article, candidate.title, candidate.comments, rule, candidate.same, left_out)
        )
    # All picked articles must survive the cut; the sort is stable, so the others keep their order.
    decisions.sort(key=lambda decision: not decision.picked)
    return tuple(decisions[:MAX_DECISIONS])
