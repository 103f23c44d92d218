"""E-mail as it arrives: reading a mailbox without changing it, and taking messages apart that anybody may have written."""
