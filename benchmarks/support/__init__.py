"""What the benchmarks share: a home to throw away, programs inside it, a small model, texts."""
