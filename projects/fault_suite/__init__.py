"""Suites of faults; a folder each, with ``add_arguments`` and ``run``."""
