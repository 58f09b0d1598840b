"""What benchmarks share: their options, timing, made-up archives, and the other sides of comparisons."""
