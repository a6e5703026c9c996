"""What Crosstalk does, a verb a function; the session and the time come in, the caller commits."""
