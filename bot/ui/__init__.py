"""The face: domain values become Block Kit dictionaries; nothing here stores, sends or asks."""
