"""The benchmarks: each a ratio to something plainer on the same machine, in the same run."""
