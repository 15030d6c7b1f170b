"""The service answers whatever it is sent."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from stnet_mm.export import export
from stnet_runtime.contract import Contract
from stnet_runtime.errors import StNetInputError
from stnet_runtime.model import ExportedModel

from ..models.tiny import tiny_recognizer, warm_up
from ..videos import write_video

CONTRACT = Contract(tuple('abcdef'), 2, 3, 'center', (32, 32), short_side=36)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp('service')
    model = tiny_recognizer()
    warm_up(model, images=6)
    export(model, CONTRACT, folder / 'model.onnx')
    write_video(folder / 'video.mp4')
    return folder


@pytest.fixture(scope='module')
def address(folder):
    process = subprocess.Popen(
        [
            *(sys.executable, '-m', 'stnet_runtime.serve', 'model.onnx'),
            *('--port', '0', '--threads', '1', '--places', '100'),
            *('--megabytes', '1', '--seconds', '20'),
        ],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        url = urlsplit(process.stdout.readline())
        yield url.hostname, url.port
    finally:
        process.kill()


def request(address, method: str, body: bytes | None = None):
    connection = http.client.HTTPConnection(*address, timeout=100)
    try:
        connection.request(method, '/', body)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_only_this_machine_is_served(address):
    assert address[0] == '127.0.0.1'
    status, contract = request(address, 'GET')
    assert status == 200
    assert contract['classes'] == [*'abcdef']


def test_many_clients(folder, address):
    video = (folder / 'video.mp4').read_bytes()
    expected = ExportedModel(folder / 'model.onnx')(folder / 'video.mp4')
    right = dict(zip('abcdef', expected.scores.tolist()))
    bodies = [
        (video, 200, ''),
        (b'no video', 400, 'cannot be read as a video'),
        (b'', 400, 'cannot be read as a video'),
        (bytes(2**20 + 1), 413, 'a video may have 1 MiB'),
    ] * 10

    def check(case):
        body, status, hint = case
        found, answer = request(address, 'POST', body)
        assert found == status, answer
        if status == 200:
            assert answer['scores'] == pytest.approx(right, abs=1e-6)
            assert answer['unknown'] is False
        else:
            assert hint in answer['error']

    with ThreadPoolExecutor(8) as clients:
        assert len([*clients.map(check, bodies)]) == 40


def test_odd_requests(folder, address):
    def send(head: str) -> bytes:
        with socket.create_connection(address, timeout=100) as connection:
            connection.sendall(head.encode())
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile('rb').read()

    assert b' 411 ' in send('POST / HTTP/1.1\r\n\r\n')
    assert b' 411 ' in send('POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n')
    answer = send('POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nhalf')
    assert b' 408 ' in answer
    assert b'the upload ended' in answer
    assert request(address, 'GET')[0] == 200


def test_wrong_models(folder):
    done = subprocess.run(
        [sys.executable, '-m', 'stnet_runtime.serve', 'video.mp4'],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 1
    assert done.stderr.startswith('error: video.mp4 is no ONNX file')


@pytest.mark.parametrize(
    ('option', 'status', 'message'),
    [
        ('--port {port}', 1, 'error: 127.0.0.1:{port}: '),
        ('--port 99999', 1, 'error: 127.0.0.1:99999: '),
        ('--places -1', 2, '--places must be more than 0'),
    ],
)
def test_wrong_options(folder, address, option, status, message):
    port = address[1]
    command = [sys.executable, '-m', 'stnet_runtime.serve', 'model.onnx']
    done = subprocess.run(
        [*command, *option.format(port=port).split()],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == status
    assert message.format(port=port) in done.stderr
    assert 'Traceback' not in done.stderr


def test_what_does_not_fit_is_named(folder):
    model = ExportedModel(folder / 'model.onnx')
    for path in (folder, folder / 'gone.mp4'):
        with pytest.raises(StNetInputError, match=path.name):
            model(path)
    write_video(folder / 'narrow.mp4', size=(16, 64))
    model.contract = replace(model.contract, short_side=None)
    with pytest.raises(StNetInputError, match='narrow.mp4: .*16x64'):
        model(folder / 'narrow.mp4')
