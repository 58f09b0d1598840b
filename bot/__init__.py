"""Newsdesk: a Discord bot over an archive of news threads."""

__version__ = "0.1.0"

import os

# On a machine whose cores are busy, threads of numpy's linear algebra wait for each other: the products of a
# search then take 20 times as long. They are small, and one thread is enough.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
