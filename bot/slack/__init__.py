"""Outbound: everything that Crosstalk asks of Slack."""
