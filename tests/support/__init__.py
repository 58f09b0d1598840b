"""What tests and benchmarks share: fixtures, fakes, generators of data, and a loopback Discord."""
