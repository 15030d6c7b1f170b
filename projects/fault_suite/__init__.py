"""Damaged videos at every door."""
