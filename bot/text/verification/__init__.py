"""Verification: whether a generated sentence is proved by the sources it cites."""

from bot.text.verification.evidence import SourceText
from bot.text.verification.verify import Failure, Verdict, verify

__all__ = ["Failure", "SourceText", "Verdict", "verify"]
