"""What builds on stnet_mm: not part of the package."""
