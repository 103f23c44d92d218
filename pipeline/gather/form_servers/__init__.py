"""Talking to the servers on which members fill in the same form on the web."""
