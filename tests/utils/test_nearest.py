"""Names that may have been meant."""

from stnet_mm.utils.nearest import nearest, related

KNOWN = ('Arm Wrestling', 'arm folding', 'batch_size', 'lr')


def test_a_slip_of_the_pen():
    assert nearest('batchsize', KNOWN) == 'batch_size'
    assert nearest('arm wrestlin', KNOWN) == 'Arm Wrestling'
    # Somewhat alike, but more likely something else.
    assert nearest('patch_sizes_of_it', KNOWN) is None
    assert nearest('x', ()) is None


def test_names_worth_a_look():
    assert related('arm foldin', KNOWN) == ['arm folding', 'Arm Wrestling']
    assert related('ARM', KNOWN, 1) == []
    assert related('batch_sizes', KNOWN) == ['batch_size']
