"""Composite indicators: normalised indicators, weighted means over levels, and how far they could be otherwise.

Method: OECD and JRC, Handbook on Constructing Composite Indicators (2008). docs/composite.md explains every step.
"""
