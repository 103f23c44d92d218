"""The scoring methods, one module each: what is published, restated as a pure function."""
