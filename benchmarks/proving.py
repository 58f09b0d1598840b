"""What the proof of written sentences keeps and drops: true ones, people's paraphrases, and false ones."""

from __future__ import annotations

import argparse

from bot.text.verification import SourceText
from tests.support.written_sentences import FALSE, TRUE, Tally, cases, stories, tally


def report(title: str, found: Tally) -> None:
    """Prints it."""
    print(f"{title}: {1000 * found.seconds / max(1, found.total.total()):.1f} ms a sentence")
    for name, count in found.total.items():
        most = found.faults[name].most_common(6)
        why = ", ".join(f"{fault} {n}" for fault, n in most if fault != "kept")
        print(f"  {name:32} kept {found.kept[name] / count:6.1%} of {count:5}   {why}")
    print(f"  {'all':32} kept {found.share:6.1%}, dropped {1 - found.share:6.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--show", help="print the sentences with this fault, or those kept")
    given = parser.parse_args()
    found = stories(given.articles)
    report("true", tally(cases(found, TRUE), given.show))
    people = (
        ("people's own summaries", told, [SourceText(one) for one in story.sentences])
        for story in found
        for told in story.highlights
    )
    report("true, in people's own words", tally(people))
    report("false", tally(cases(found, FALSE), given.show))


if __name__ == "__main__":
    main()
