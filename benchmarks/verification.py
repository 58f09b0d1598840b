"""Verification of generated sentences: how many true, paraphrased and false ones it keeps and drops."""

from __future__ import annotations

from benchmarks.support.measure import Option, parse_options
from bot.text.verification import SourceText
from tests.support.written_sentences import FALSE, TRUE, Tally, cases, stories, tally


def report(title: str, counts: Tally) -> None:
    """Prints the counts."""
    print(f"{title}: {1000 * counts.seconds / max(1, counts.total.total()):.1f} ms a sentence")
    for name, count in counts.total.items():
        most = counts.faults[name].most_common(6)
        why = ", ".join(f"{fault} {n}" for fault, n in most if fault != "kept")
        print(f"  {name:32} kept {counts.kept[name] / count:6.1%} of {count:5}   {why}")
    print(f"  {'all':32} kept {counts.share:6.1%}, dropped {1 - counts.share:6.1%}")


def main() -> None:
    given = parse_options(
        __doc__,
        articles=Option(300, 4, "articles from which to take and change sentences"),
        show=Option("", "", "print the sentences with this failure, or those that are kept"),
    )
    corpus = stories(given.articles)
    report("true", tally(cases(corpus, TRUE), given.show))
    people = (
        ("people's own summaries", highlight, [SourceText(sentence) for sentence in story.sentences])
        for story in corpus
        for highlight in story.highlights
    )
    report("true, in people's own words", tally(people))
    report("false", tally(cases(corpus, FALSE), given.show))


if __name__ == "__main__":
    main()
