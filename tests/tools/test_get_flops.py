import json

from .conftest import OWN_DATA, custom_config, fail_tool, run_tool


def test_table_and_json(tmp_path):
    custom_config(tmp_path / 'c.py', crop_size=32, num_segments=4)
    out = run_tool('get_flops', 'c.py', '--json', 'c.json', cwd=tmp_path)
    counts = json.loads((tmp_path / 'c.json').read_text())
    assert counts['shape'] == [1, 20, 3, 32, 32]
    assert counts['views'] == 1
    assert counts['macs_of_video'] == counts['macs']
    assert sum(p['macs'] for p in counts['parts']) == counts['macs']
    rows = [line.split('  ') for line in out.splitlines()]
    names = [p['name'] for p in counts['parts']]
    # Of each of the 4 segments, 8 maps of 16x16 by filters of 7x7x15.
    assert counts['parts'][0]['macs'] == 4 * 8 * 16**2 * 7**2 * 15
    assert [row[0] for row in rows][1:-3] == names
    assert f'{counts["parameters"]:,}' in out
    # The numbers stand below each other.
    assert len({len(line) for line in out.splitlines()[:-2]}) == 1


def test_options(tmp_path):
    custom_config(tmp_path / 'c.py', crop_size=32, num_segments=4)
    run_tool(
        *('get_flops', 'c.py', '--shape', 64, 96, '--segments', 2),
        *('--views', 10, '--json', 'c.json'),
        cwd=tmp_path,
    )
    counts = json.loads((tmp_path / 'c.json').read_text())
    assert counts['shape'] == [1, 10, 3, 64, 96]
    assert counts['macs_of_video'] == 10 * counts['macs']


def test_bad_input(tmp_path):
    (tmp_path / 'no_model.py').write_text('a = 1')
    error = fail_tool('get_flops', 'no_model.py', cwd=tmp_path)
    assert 'no_model.py has no model' in error
    assert 'none.py' in fail_tool('get_flops', 'none.py', cwd=tmp_path)
    text = OWN_DATA.read_text()
    assert text.count("type='StNetRecognizer'") == 1
    (tmp_path / 'typo.py').write_text(
        text.replace("type='StNetRecognizer'", "type='StNetRecogniser'")
    )
    error = fail_tool('get_flops', 'typo.py', '--json', 'o', cwd=tmp_path)
    assert 'StNetRecogniser is not in' in error
    assert not (tmp_path / 'o').exists()
