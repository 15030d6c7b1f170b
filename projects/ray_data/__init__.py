"""Archives of videos on many machines, with Ray Data."""
