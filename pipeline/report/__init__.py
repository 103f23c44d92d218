"""From all tables to the progress report in Word."""
