"""What all tests share."""

import stnet_mm  # noqa: F401  registers everything
