"""An example inbox: made-up questionnaires, filled the way people fill them, for the demonstration cycles.

Nothing here is a statement of any country. ``python -m examples.make_inbox 2013 2014`` makes it anew.
"""
