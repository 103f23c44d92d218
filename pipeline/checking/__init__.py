"""Checking one filled workbook before it is sent: the same reading and the same rules as when it has arrived."""
