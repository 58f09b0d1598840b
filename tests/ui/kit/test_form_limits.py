"""What may be stored fits the forms that show it, or is refused in words; nothing is cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.exclusions import Exclusions
from bot.domain.post_options import MAX_TAG, MAX_TAG_RULES, MAX_TAG_TEXT, PostOptions, TagRule
from bot.errors import BadInput
from bot.ui.digests.option_forms import MAX_TAGS, OptionForm, typed_tags
from bot.ui.kit.leave_out import LeaveOutForm


async def test_what_may_be_left_out_fits_the_form_or_is_refused() -> None:
    """The sources and the subreddits share a field."""
    names = tuple(f"{n:02}" + "x" * 95 for n in range(40))
    most = Exclusions(sources=names)
    form = LeaveOutForm("server", most)
    assert ", ".join(names) in str(form.to_dict()), "no name is cut"
    for filters in (Exclusions(sources=names, subreddits=names[:1]), Exclusions(words=("y" * 100,) * 40)):
        with pytest.raises(BadInput) as refused:
            LeaveOutForm("server", filters)
        assert refused.value.key == "exclusions-too-long"


async def test_all_rules_for_tags_fit_their_form() -> None:
    rules = (TagRule("t" * MAX_TAG, "source", "s" * MAX_TAG_TEXT),) * MAX_TAG_RULES
    plan = DigestConfig(1, 2, Timing("daily", 0), ContentSource("newest"), target="forum", tag="t" * MAX_TAG)
    plan = replace(plan, posts=PostOptions(tags=rules))
    plan.check()
    assert len(typed_tags(plan)) <= MAX_TAGS
    assert (
        typed_tags(plan) == OptionForm("posts", "n1", plan).to_dict()["components"][-1]["component"]["value"]
    )
