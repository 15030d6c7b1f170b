"""Timings of every part, side by side with what they are compared with."""
