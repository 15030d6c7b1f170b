"""What has to be right before a version is released."""
