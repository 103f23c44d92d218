"""Answers that come in other forms than our workbooks: submissions of web forms, and exports of survey systems."""
