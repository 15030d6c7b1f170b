"""How well timelines find actions in long videos: see README.md."""
