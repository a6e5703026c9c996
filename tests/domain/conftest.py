"""Property tests here draw the same examples on every run, and nothing is judged by its speed."""

from hypothesis import settings

settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")
