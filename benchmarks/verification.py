"""What the proof of written sentences keeps and drops: true ones, people's paraphrases, and false ones."""

from __future__ import annotations

from benchmarks.support.measure import Option, parse_options
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
    given = parse_options(
        __doc__,
        articles=Option(300, 4, "articles whose sentences are changed"),
        show=Option("", "", "print the sentences with this failure, or those kept"),
    )
    found = stories(given.articles)
    report("true", tally(cases(found, TRUE), given.show))
    people = (
        ("people's own summaries", highlight, [SourceText(sentence) for sentence in story.sentences])
        for story in found
        for highlight in story.highlights
    )
    report("true, in people's own words", tally(people))
    report("false", tally(cases(found, FALSE), given.show))


if __name__ == "__main__":
    main()
