"""The chaos run: real processes, faults everywhere, and a checker that counts what went wrong."""
