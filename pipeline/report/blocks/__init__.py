"""The building blocks of the report, one module each."""
