"""MMAction2's ``ColorJitter`` with numpy 2."""

from __future__ import annotations


def patch_color_jitter() -> bool:
    """Let MMAction2's ``ColorJitter`` turn hues back with numpy 2.

    That of mmaction2 1.2.0 adds a negative number to bytes, which numpy 2
    refuses (``OverflowError``), so half of all samples fail.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    import cv2
    import numpy as np
    from mmaction.datasets.transforms import ColorJitter

    try:
        ColorJitter.adjust_hue(np.zeros((1, 1, 3), np.uint8), -0.1)
        return False
    except OverflowError:
        pass

    def adjust_hue(img, factor):
        image = np.clip(img, 0, 255).astype(np.uint8)
        colors = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        # OpenCV's hues of bytes go around at 180.
        hues = (colors[..., 0].astype(int) + int(factor * 255)) % 180
        colors[..., 0] = hues
        return cv2.cvtColor(colors, cv2.COLOR_HSV2RGB).astype(np.float32)

    ColorJitter.adjust_hue = staticmethod(adjust_hue)
    return True
