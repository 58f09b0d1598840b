"""Whether a sentence that somebody else wrote is proven by the passages that it names."""

from bot.text.proving.passages import Evidence
from bot.text.proving.proof import Fault, Verdict, prove

__all__ = ["Evidence", "Fault", "Verdict", "prove"]
