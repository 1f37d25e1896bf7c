"""What was played, as a page of music."""
