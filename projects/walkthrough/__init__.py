"""The way of a new user, from the wheel to a service."""
