"""The rules, one module each: what is checked, when it applies, and the words for it."""
