from stnet_mm.utils.nested import walk


def test_every_part_has_its_key():
    value = dict(a=[1, dict(b=(2,))], c='text')
    assert [*walk(value)] == [
        ('', value),
        ('a', value['a']),
        ('a.0', 1),
        ('a.1', dict(b=(2,))),
        ('a.1.b', (2,)),
        ('a.1.b.0', 2),
        ('c', 'text'),
    ]
    assert [*walk([3], 'model')] == [('model', [3]), ('model.0', 3)]
