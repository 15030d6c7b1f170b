"""The study: small networks compared on ordered actions."""
