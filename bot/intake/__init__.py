"""What comes in: one file per kind of source, each ending in `bot.domain.comment.Change`."""
