"""Editions of the report: who may read which part of what the tables hold."""
