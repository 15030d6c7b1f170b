"""The layouts of the authors' checkpoints, whole, damaged and hostile."""

import gzip
import os
import pickle
import struct
import tarfile
import tracemalloc

import numpy as np
import pytest

from stnet_mm.converters.layouts import read_weights
from stnet_mm.converters.lod_tensor import Cursor, read_lod_tensor
from stnet_mm.errors import StNetInputError

from .layouts import (
    WRITERS,
    description,
    lod_tensor,
    write_archive,
    write_directory,
    write_nameless,
    write_pickle,
)

RNG = np.random.default_rng(0)
# Names and shapes that StNet has; the smallest.
NAMED = {
    'bn_conv1_scale': RNG.random(64, np.float32),
    'conv1_weights': RNG.random((64, 3, 7, 7), np.float32),
    'fc_0.b_0': RNG.random(7, np.float32),
}


def nameless_arrays():
    """As many tiny tensors as StNet-ResNet50 has variables."""
    return {f'{i:03}': np.full((1, 2), i, np.float32) for i in range(301)}


def refused(path, **kwargs):
    """The error for a file; it must be one line that names the file."""
    with pytest.raises(StNetInputError) as caught:
        read_weights(str(path), **kwargs)
    message = str(caught.value)
    assert str(path) in message
    assert '\n' not in message
    return message


def survives(path):
    """Reading may succeed, or must fail with such an error."""
    message = str(path)
    try:
        read_weights(str(path))
    except StNetInputError as error:
        message = str(error)
    assert str(path) in message
    assert '\n' not in message


@pytest.mark.parametrize('layout', ['directory', 'pickle', 'archive'])
def test_named_layouts(tmp_path, layout):
    path = WRITERS[layout](tmp_path / 'file', NAMED)
    arrays = read_weights(str(path)).arrays
    assert arrays.keys() == NAMED.keys()
    for name, array in NAMED.items():
        assert np.array_equal(arrays[name], array), name


def test_archive_without_compression(tmp_path):
    path = write_archive(tmp_path / 'file', NAMED, compressed=False)
    assert read_weights(str(path)).layout == 'archive of LoDTensors'


def test_nameless_layout(tmp_path):
    path = write_nameless(tmp_path / 'file', nameless_arrays())
    arrays = read_weights(str(path)).arrays
    # In the order of the authors' sorted names.
    names = sorted(arrays)
    assert names[0] == 'batch_norm_24.b_0'
    assert [arrays[name][0, 0] for name in names] == list(range(301))


def test_packed_description():
    array = RNG.random((3, 200), np.float32)
    cursor = Cursor(lod_tensor(array, packed=True))
    assert np.array_equal(read_lod_tensor(cursor.read), array)


def test_fortran_order_in_a_pickle(tmp_path):
    array = np.asfortranarray(RNG.random((3, 4), np.float32))
    path = write_pickle(tmp_path / 'file', {'a': array})
    assert np.array_equal(read_weights(str(path)).arrays['a'], array)


def test_variables_of_the_optimizer_are_ignored(tmp_path):
    extra = {
        'conv1_weights_velocity_0': NAMED['conv1_weights'],
        'learning_rate': np.zeros(1, np.float32),
        'learning_rate_0': np.zeros(1, np.float32),
        '@LR_DECAY_COUNTER@': np.zeros(1, np.float32),
    }
    hidden = {'.DS_Store': np.zeros(1, np.float32)}
    for write in (write_directory, write_archive, write_pickle):
        more = extra if write is write_pickle else {**extra, **hidden}
        path = write(tmp_path / write.__name__, {**NAMED, **more})
        assert read_weights(str(path)).arrays.keys() == NAMED.keys()


@pytest.mark.skipif(not hasattr(os, 'mkfifo'), reason='no pipes here')
def test_pipes_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / 'conv1_weights')
    assert 'no file' in refused(tmp_path)
    assert 'neither a file' in refused(tmp_path / 'conv1_weights')


def test_every_cut_of_a_tensor():
    data = lod_tensor(np.ones((2, 3), np.float32))
    for length in range(len(data)):
        with pytest.raises(ValueError, match='cut short'):
            read_lod_tensor(Cursor(data[:length]).read)


@pytest.mark.parametrize('layout', WRITERS)
def test_cut_files(tmp_path, layout):
    arrays = nameless_arrays() if layout == 'nameless' else NAMED
    path = WRITERS[layout](tmp_path / 'file', arrays)
    if layout == 'directory':
        path = path / 'conv1_weights'
    data = path.read_bytes()
    edges = {0, 1, 2, 4, 12, 16, 20, 21, len(data) - 1, len(data) - 8}
    edges |= set(RNG.integers(0, len(data), 100).tolist())
    if layout == 'nameless':
        one = len(lod_tensor(arrays['000']))
        edges |= set(range(one, 10 * one, one))
    for length in sorted(edges):
        path.write_bytes(data[:length])
        refused(path.parent if layout == 'directory' else path)


@pytest.mark.parametrize('layout', WRITERS)
def test_flipped_bytes(tmp_path, layout):
    rng = np.random.default_rng(1)
    small = {name: array for name, array in NAMED.items() if array.ndim == 1}
    arrays = nameless_arrays() if layout == 'nameless' else small
    path = WRITERS[layout](tmp_path / 'file', arrays)
    target = path / 'fc_0.b_0' if layout == 'directory' else path
    data = target.read_bytes()
    for _ in range(300):
        damaged = bytearray(data)
        for _ in range(rng.integers(1, 4)):
            damaged[rng.integers(len(data))] = rng.integers(256)
        target.write_bytes(damaged)
        survives(path)


@pytest.mark.parametrize('count', [300, 302])
def test_wrong_counts(tmp_path, count):
    arrays = {f'{i:03}': np.ones(1, np.float32) for i in range(count)}
    path = write_nameless(tmp_path / 'file', arrays)
    assert f'{count} tensors instead of 301 or 556 or 811' in refused(path)
    assert f'{count} tensors instead of 301' in refused(path, depth=50)


def tensor(desc, data=b'', levels=0, version=0, size=None):
    size = len(desc) if size is None else size
    return struct.pack('<IQIi', 0, levels, version, size) + desc + data


@pytest.mark.parametrize(
    ('data', 'message'),
    [
        (tensor(description((1 << 40,))), 'cut short'),
        (tensor(description((1 << 31, 1 << 31))), 'cut short'),
        (tensor(description((0, 4))), 'shape'),
        (tensor(description(())), 'shape'),
        (tensor(b'\x08\x03\x10\x01', bytes(8)), 'not float32'),
        (tensor(b'\x08\x05\x1a\x00'), 'unknown field'),
        (tensor(b'\x08\x05\x10' + b'\xff' * 20), 'too long'),
        (tensor(b'\x08\x05\x10\x01', bytes(4), levels=1), 'levels'),
        (tensor(b'\x08\x05\x10\x01', bytes(4), version=1), 'version'),
        (tensor(b'', size=-1), 'description'),
        (tensor(b'', size=2**31 - 1), 'description'),
        (tensor(b'\x08\x05\x10\x01', bytes(4)) + b'\0', 'longer'),
    ],
)
def test_wrong_tensors(tmp_path, data, message):
    (tmp_path / 'conv1_weights').write_bytes(data)
    assert message in refused(tmp_path)


# A dict, and something in it that is set under the name 'a'.
def in_a_dict(code):
    return b'\x80\x02}X\x01\0\0\0a' + code + b's.'


ENDLESS = b')' + b'q\x01h\x01\x86' * 40
# An array and a data type, before and after their state is set.
ARRAY = b'cnumpy.core.multiarray\n_reconstruct\n)R'
DTYPE = b'cnumpy\ndtype\nX\x02\0\0\0f4\x85RNX\x01\0\0\0<\x86b'


@pytest.mark.parametrize(
    'code',
    [
        in_a_dict(b'cos\nsystem\nX\x05\0\0\0touch\x85R'),
        in_a_dict(b'c__builtin__\neval\nX\x01\0\0\x001\x85R'),
        in_a_dict(b'cbuiltins\ngetattr\n)R'),
        in_a_dict(b'cnumpy.core.multiarray\nscalar\n)R'),
        in_a_dict(b'cnumpy\nload\n)R'),
        in_a_dict(b'c_codecs\ndecode\n)R'),
        # The four functions, but not as an array names them.
        in_a_dict(b'cnumpy\nndarray\nM\xff\xff\x85R'),
        in_a_dict(b'cnumpy\ndtype\nX\x02\0\0\0f4\x85R'),
        in_a_dict(b'c_codecs\nencode\nX\x01\0\0\0aX\x05\0\0\0rot13\x86R'),
        in_a_dict(b'c_codecs\nencode\n}b'),
        in_a_dict(b'cnumpy\ndtype\nN}X\x01\0\0\0a)s\x86b'),
        in_a_dict(b'}'),
        in_a_dict(
            ARRAY + b'(K\x01' + ENDLESS + b'\x85' + DTYPE + b'\x89'
            b'c_codecs\nencode\nX\x04\0\0\0abcdX\x06\0\0\0latin1\x86Rtb'
        ),
        in_a_dict(ARRAY),
        # Other ways to name and to call.
        in_a_dict(b'X\x02\0\0\0osX\x06\0\0\0system\x93)R'),
        in_a_dict(b'(X\x02\0\0\0idios\nsystem\n'),
        in_a_dict(b'(cos\nsystem\no'),
        in_a_dict(b'cos\nsystem\n)\x81'),
        in_a_dict(b'\x82\x01'),
        in_a_dict(b'Pos.system\n'),
        # A tuple of tuples with 2**40 leaves, as name, encoding and shape.
        b'\x80\x02}' + ENDLESS + b'Ns.',
        in_a_dict(b'c_codecs\nencode\nX\x01\0\0\0a' + ENDLESS + b'\x86R'),
        in_a_dict(ARRAY + b'(K\x01' + ENDLESS + DTYPE + b'\x89Ntb'),
        in_a_dict(ARRAY + b'(K\x01K\x05' + DTYPE + b'\x89Ntb'),
        # No dict, nothing, no end, no start.
        b'\x80\x02].',
        b'\x80\x02K\x01.',
        b'\x80\x02.',
        b'\x80\x02}',
        b'\x80\x02}.trailing',
        b'\x80\x02}u.',
        b'\x80\x02}(X\x01\0\0\0au.',
        b'\x80\x02}h\x07.',
        b'\x80\x02R.',
        b'\x80\x02b.',
        b'\x80\x02\x87.',
    ],
)
def test_hostile_pickles(tmp_path, code, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / 'file.pdparams'
    path.write_bytes(code)
    refused(path)
    assert list(tmp_path.iterdir()) == [path]


def test_pickles_of_something_else(tmp_path):
    path = tmp_path / 'file.pdparams'
    for content in (
        {'a': NAMED['fc_0.b_0'].astype(np.float64)},
        {'a': NAMED['fc_0.b_0'].astype('>f4')},
        {'a': np.array([print], dtype=object)},
        {'a': np.float32(1)},
        {'a': [1, 2]},
        {1: NAMED['fc_0.b_0']},
        [NAMED['fc_0.b_0']],
    ):
        path.write_bytes(pickle.dumps(content, protocol=2))
        refused(path)


@pytest.mark.parametrize(
    ('content', 'kind'),
    [
        (b'', 'an empty file'),
        (b'<!DOCTYPE html><html></html>', 'a web page'),
        (b'PK\x03\x04 torch', 'a checkpoint of PyTorch'),
        (b'\x80\x04\x95 protocol 4', 'something else'),
        (b'any text', 'something else'),
    ],
)
def test_other_files(tmp_path, content, kind):
    path = tmp_path / 'file'
    path.write_bytes(content)
    message = refused(path)
    assert kind in message
    assert 'LoDTensors' in message


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_weights(str(tmp_path / 'nowhere'))


# What the header of a file in an archive can say.
LARGEST = (1 << 33) - 1


def archive_of(path, *members):
    """An archive whose headers may lie about what follows."""
    content = b''
    for name, size, data, kind in members:
        info = tarfile.TarInfo(name)
        info.size, info.type = size, kind
        content += info.tobuf(tarfile.GNU_FORMAT) + data
        content += bytes(-len(data) % 512)
    path.write_bytes(gzip.compress(content + bytes(1024)))
    return path


def test_hostile_archives(tmp_path):
    path = tmp_path / 'file.tar.gz'
    regular = tarfile.REGTYPE
    ones = lod_tensor(np.ones(64, np.float32))
    big = tensor(description((64, 9999, 7, 7)))
    some = tensor(description((400,)))
    square = tensor(description((9999, 9999)))
    wide = tensor(description((2048, 9999)))
    huge = tensor(description((1 << 31,)))
    for member, message in (
        (('evil.py', 3, b'abc', regular), "'evil.py', which StNet has not"),
        (('fc_0.b_0', LARGEST, b'', regular), 'fc_0.b_0 in it'),
        (('fc_0.b_0', LARGEST, huge, regular), 'shape'),
        (('fc_0.w_0', LARGEST, square, regular), '(1024, any)'),
        (('fc_0.w_0', LARGEST, wide, regular), 'cut short'),
        (('conv1_weights', len(big), big, regular), '(64, any, 7, 7)'),
        (('fc_0.b_0', len(some), some, regular), 'more than there may be'),
        (('bn_conv1_scale', len(ones) + 1, ones + b'0', regular), 'longer'),
        (('bn_conv1_mean', 0, b'', regular), 'more than there may be'),
        (('pax', LARGEST, b'', tarfile.XHDTYPE), 'cut short'),
    ):
        archive_of(path, member)
        assert message in refused(path)
    archive_of(path, *[('bn_conv1_mean', len(ones), ones, regular)] * 2)
    assert 'twice' in refused(path)


def encoded(text):
    """A call of ``_codecs.encode`` with what the opcodes push."""
    return b'c_codecs\nencode\n' + text + b'X\x06\0\0\0latin1\x86R'


def array_of(length, data):
    """An array of float32 with what the opcodes push as its data."""
    shape = b'J' + struct.pack('<i', length) + b'\x85'
    return ARRAY + b'(K\x01' + shape + DTYPE + b'\x89' + data + b'tb'


def test_a_text_is_the_data_of_one_array(tmp_path):
    path = tmp_path / 'file'
    text = b'X' + struct.pack('<I', 4000) + b'abcd' * 1000
    path.write_bytes(in_a_dict(array_of(1000, encoded(text))))
    (value,) = struct.unpack('<f', b'abcd')
    assert (read_weights(str(path)).arrays['a'] == value).all()
    for length in (0, 1, 999, 1001, 1 << 30):
        path.write_bytes(in_a_dict(array_of(length, encoded(text))))
        refused(path)
    short = array_of(1, encoded(b'X\x04\0\0\0abcd'))
    path.write_bytes(in_a_dict(short))
    assert read_weights(str(path)).arrays['a'] == [value]
    path.write_bytes(in_a_dict(short + b'sX\x01\0\0\0a' + short))
    assert "the name 'a' twice" in refused(path)
    again = array_of(1000, encoded(text + b'q\x01'))
    again += b'sX\x01\0\0\0b' + array_of(1000, encoded(b'h\x01'))
    path.write_bytes(in_a_dict(again))
    refused(path)


def peak_of_reading(path):
    tracemalloc.start()
    survives(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_is_bounded_by_the_file(tmp_path):
    path = tmp_path / 'file'
    size = 4 << 20
    encode = b'c_codecs\nencode\n'
    text = b'X' + struct.pack('<I', size) + b'a' * size + b'q\x01'
    latin1 = b'X\x06\0\0\0latin1'
    astral = '\U0001f600'.encode() * (size // 4)
    hostile = {
        'memo': b'\x80\x02}r\xff\xff\xff\x7f.' + b'0' * size,
        'length': b'\x80\x02X\xff\xff\xff\xff' + b'0' * size,
        'again': b'\x80\x02' + text + (encode + b'h\x01' + latin1 + b'\x86R')
        * 100,
        'wide': b'\x80\x02' + encode + b'X' + struct.pack('<I', len(astral))
        + astral + latin1 + b'\x86R.',
        'stack': b'\x80\x02' + b')' * size,
        'puts': b'\x80\x02)' + b''.join(
            b'r' + struct.pack('<I', i) for i in range(size // 5)
        ),
        'shared': b'\x80\x02}(' + text + b''.join(
            b'X\x02\0\0\0%02d' % i + array_of(size // 4, encoded(b'h\x01'))
            for i in range(100)
        ) + b'u.',
        'wide data': in_a_dict(array_of(
            size // 4, encoded(b'X' + struct.pack('<I', len(astral)) + astral)
        )),
        'wide names': b'\x80\x02' + (
            b'X' + struct.pack('<I', 1000) + astral[:4] + b'a' * 996
        ) * (size // 1000) + b'.',
        'index': b'\x80\x02}r\0\0\x40\0.',
        'endless line': b'\x80\x02c' + b'a' * size,
        'bytes': b'\x80\x02B' + struct.pack('<I', size) + b'a' * size + b'.',
        'integer': b'\x80\x02\x8b' + struct.pack('<I', size) + b'a' * size,
    }  # fmt: skip
    wide = tensor(description((2048, 9999)))
    archive_of(path, ('fc_0.w_0', LARGEST, wide, tarfile.REGTYPE))
    assert peak_of_reading(path) < 4e6
    for name, data in hostile.items():
        path.write_bytes(data)
        assert peak_of_reading(path) < 2 * len(data) + 4e6, name
    # 200 MB of zeros in 200 kB.
    path.write_bytes(gzip.compress(bytes(200_000_000), 1))
    assert peak_of_reading(path) < 2 * path.stat().st_size + 4e6
    # And a whole checkpoint.
    arrays = {'a': RNG.random((512, 512, 3, 3), np.float32)}
    write_pickle(path, arrays)
    assert peak_of_reading(path) < 1.2 * path.stat().st_size
