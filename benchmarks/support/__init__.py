"""Shared code of benchmarks: options, timing, synthetic archives, and the alternatives compared."""
