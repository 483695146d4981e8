"""What everything may use: errors, texts, settings, the calendar."""
