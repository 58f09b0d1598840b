"""Follow-ups: how many are completed as people understand them, missed, and completed wrongly."""

from __future__ import annotations

from benchmarks.support.measure import Option, parse_options
from tests.support.follow_ups import NONE, FollowUpTally, follow_ups


def main() -> None:
    given = parse_options(
        __doc__, show=Option("no", "no", "print those that are not as expected, if this is yes")
    )
    sections: dict[str, FollowUpTally] = {}
    for follow_up in follow_ups():
        sections.setdefault(follow_up.section, FollowUpTally()).add(follow_up)
        if given.show == "yes" and follow_up.completed not in follow_up.expected:
            print(f"  {follow_up.before.question} {follow_up.text} {follow_up.completed}")
    whole = [follow_up for follow_up in follow_ups() if NONE in follow_up.expected]
    for section, counts in sections.items():
        print(f"{section:16} {counts.right} right, {counts.missed} missed, {counts.wrong} wrong")
    print(f"{len(whole)} of them need nothing added")


if __name__ == "__main__":
    main()
