"""What networks cost: docs/complexity.md."""
