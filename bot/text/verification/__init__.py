"""Whether a sentence that somebody else wrote is proven by the passages that it names."""

from bot.text.verification.evidence import Evidence
from bot.text.verification.verify import Fault, Verdict, prove

__all__ = ["Evidence", "Fault", "Verdict", "prove"]
