"""From the inbox to submissions and answers: receive, guard, read, decide."""
