"""Evidence on real video: see README.md."""
