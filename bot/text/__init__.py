"""Pure functions over the models: sentences, terms, summaries, digests, queries."""

import os

# numpy's linear algebra reads this when it is first imported. With its usual thread per core, small matrices
# spend their time waiting for each other: a digest took 10 times the processor time on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
