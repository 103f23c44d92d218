"""Planted errors: a whole cycle whose every mistake is known beforehand, because it was put there on purpose."""
