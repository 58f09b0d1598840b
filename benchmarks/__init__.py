"""Benchmarks: `python -m benchmarks` lists them, `python -m benchmarks.NAME` runs one."""

import os

# As in `bot.text`, for modules that import numpy before it: more threads mostly wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
