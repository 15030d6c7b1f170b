import sys

from stnet_mm.fit import FitOptions
from stnet_mm.fit.folder import FitFolder
from stnet_mm.fit.outcome import explain_examples


def test_without_pyav_there_are_no_maps(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, 'stnet_runtime.video_reader', None)
    folder = FitFolder(tmp_path / 'out', FitOptions('clips'))
    # Nothing else is needed, nor looked at.
    assert explain_examples(folder, None, None) == []
    assert 'pip install "av>=17"' in capsys.readouterr().out
