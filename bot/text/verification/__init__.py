"""Verification: whether a generated sentence is proven by the sources that it cites."""

from bot.text.verification.evidence import SourceText
from bot.text.verification.verify import Failure, Verdict, verify

__all__ = ["Failure", "SourceText", "Verdict", "verify"]
