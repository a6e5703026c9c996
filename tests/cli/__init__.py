"""The command line: what is typed, and what it answers."""
