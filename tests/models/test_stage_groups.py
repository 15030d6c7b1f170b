from stnet_mm.models.stage_groups import StageGroup, group_stages

LAYERS = ('conv1', 'pool', 'layer1', 'layer2', 'layer3', 'layer4')
STAGES = ('conv1', 'layer1', 'layer2', 'layer3', 'layer4')


def test_groups_end_with_temporal_blocks():
    assert group_stages(LAYERS, STAGES, ('layer2', 'layer3')) == (
        StageGroup((('conv1',), ('pool', 'layer1'), ('layer2',)), 'layer2'),
        StageGroup((('layer3',),), 'layer3'),
        StageGroup((('layer4',),), None),
    )


def test_a_block_at_the_end_or_none():
    assert group_stages(LAYERS[:3], STAGES[:2], ('layer1',)) == (
        StageGroup((('conv1',), ('pool', 'layer1')), 'layer1'),
    )
    assert group_stages(LAYERS[:3], STAGES[:2], ()) == (
        StageGroup((('conv1',), ('pool', 'layer1')), None),
    )


def test_a_block_inside_a_stage_divides_it():
    layers = ('stem', 'blocks.0', 'blocks.1')
    assert group_stages(layers, ('stem', 'blocks.1'), ('blocks.0',)) == (
        StageGroup((('stem',), ('blocks.0',)), 'blocks_0'),
        StageGroup((('blocks.1',),), None),
    )
