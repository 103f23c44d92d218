"""From findings to one letter per member, prepared and not sent."""
