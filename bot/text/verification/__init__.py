"""Whether a sentence that somebody else wrote is proven by the sources that it names."""

from bot.text.verification.evidence import SourceText
from bot.text.verification.verify import Failure, Verdict, verify

__all__ = ["Failure", "SourceText", "Verdict", "verify"]
