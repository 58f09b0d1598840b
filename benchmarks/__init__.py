"""What is measured: `python -m benchmarks` lists it, `python -m benchmarks.NAME` measures it."""

import os

# As `bot.text` does it, for what imports numpy before: more threads wait for each other more than they help.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
