"""Handing a cycle over: the package that holds everything, and taking such a package over."""
