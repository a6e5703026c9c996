"""Crosstalk: every department that a customer's comment concerns, on one card, in Slack."""
