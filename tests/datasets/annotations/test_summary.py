from stnet_mm.datasets.annotations import Clip, config_lines, summarize

CLASSES = ['a', 'b', 'c']
SPLITS = {
    'train': [
        Clip(f'{label}/{i}.mp4', label)
        for label, number in (('a', 1), ('b', 4), ('c', 10))
        for i in range(number)
    ],
    'val': [Clip('a/9.mp4', 'a')],
}


def test_the_table():
    _, train, val = summarize(SPLITS, CLASSES).splitlines()
    assert train.split() == ['train', '15', '3', '1', '/', '4', '/', '10']
    assert val.split() == ['val', '1', '1', '0', '/', '0', '/', '1']


def test_lines_of_a_config():
    settings = {}
    exec(config_lines('my data', 'lists', SPLITS, CLASSES), {}, settings)
    assert settings == dict(
        num_classes=3,
        data_root='my data',
        list_folder='lists',
        train_list='train.txt',
        val_list='val.txt',
        test_list='val.txt',
    )
