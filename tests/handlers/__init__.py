"""Listeners, through the real Bolt app, a real database and signed requests."""
