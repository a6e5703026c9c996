"""Stand-ins for what is outside of Crosstalk: the clock, Slack's Web API, Slack's requests."""
