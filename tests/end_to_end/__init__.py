"""The real bot, as its own processes, in a real local-slack."""
