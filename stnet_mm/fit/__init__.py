"""From a folder of clips to a trained and tested recognizer."""
