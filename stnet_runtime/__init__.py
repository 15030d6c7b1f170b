"""Run an exported StNet: one file, ONNX Runtime, PyAV and NumPy.

``stnet_mm`` reads videos with it, too, so that an exported network sees the
frames that it saw in testing.
"""

__version__ = '0.2.0'
