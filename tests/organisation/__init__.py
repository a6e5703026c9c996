"""The organisation file, read and refused."""
