"""The privacy policy: the operator's text or the built-in one, retention, and whom to contact."""

from __future__ import annotations

from bot.domain.audit import RETENTION as AUDIT_RETENTION
from bot.domain.posts import RETENTION as POST_RETENTION
from bot.errors import NotFound
from bot.i18n import msg
from bot.services.catch_up import VISIT_RETENTION
from bot.ui.kit import routes
from bot.ui.kit.card import Card, Colour, page_buttons
from bot.ui.kit.context import Viewer
from bot.ui.kit.format import small
from bot.ui.kit.markdown import one_line

PAGE_CHARACTERS = 2500


async def policy(viewer: Viewer, page: int = 0) -> Card:
    """A page of the privacy policy. Raises NotFound("stale-button") if there is no such page."""
    settings = viewer.services.privacy.policy
    pages = _pages(settings.text or _built_in(viewer))
    if page >= len(pages):
        raise NotFound("stale-button")
    card = Card(Colour.ABOUT, msg("policy-title"), pages[page])
    if page == len(pages) - 1:
        purge = msg("policy-purged", days=settings.purge_days) if settings.purge_days else msg("policy-stays")
        card.add_text(
            msg(
                "policy-retention",
                posts=POST_RETENTION.days,
                visits=VISIT_RETENTION.days,
                audit=AUDIT_RETENTION.days,
            ),
            purge,
        )
        contact = msg("policy-contact", contact=one_line(settings.contact)) if settings.contact else ""
        card.add_text(contact or msg("policy-no-contact"))
        card.add_text(
            small(
                msg(
                    "policy-commands",
                    mine=viewer.mention_command("privacy mine"),
                    request=viewer.mention_command("privacy request"),
                )
            )
        )
    card.add_buttons(*page_buttons(page, len(pages), routes.policy))
    return card


def _built_in(viewer: Viewer) -> str:
    model = msg("policy-model") if viewer.services.answers.has_model else ""
    log = msg("policy-log") if viewer.services.question_log.writes_file else msg("policy-no-log")
    return "\n".join(filter(None, (msg("policy-text"), log, model)))


def _pages(text: str) -> list[str]:
    """The text in parts of whole lines; a line that is too long is cut."""
    pages = [""]
    for row in text.split("\n"):
        for start in range(0, max(1, len(row)), PAGE_CHARACTERS):
            part = row[start : start + PAGE_CHARACTERS]
            if len(pages[-1]) + len(part) >= PAGE_CHARACTERS and pages[-1]:
                pages.append("")
            pages[-1] += part + "\n"
    return [page.strip("\n") for page in pages if page.strip()] or [""]
