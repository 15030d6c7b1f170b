"""Classify videos over HTTP: ``python -m stnet_runtime.serve model.onnx``.

``POST /`` with a video as its body answers the scores of the classes in JSON;
``GET /`` what the network takes and gives.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import BoundedSemaphore

from .errors import StNetInputError
from .worker import Worker

# Bytes that are read of an upload at a time.
CHUNK = 2**20


class Service(ThreadingHTTPServer):
    """An HTTP server that classifies one video at a time.

    Args:
        address (tuple[str, int]): Where to listen; port 0 is any free one.
        worker (Worker): Classifies the videos.
        megabytes (float): The largest upload.
        seconds (float): How long an upload may wait for more of itself.
        places (int): How many uploads are taken at a time, the one that is
            being classified included; more are told to come again.
    """

    daemon_threads = True

    def __init__(
        self,
        address: tuple[str, int],
        worker: Worker,
        megabytes: float,
        seconds: float,
        places: int,
    ) -> None:
        super().__init__(address, Handler)
        self.worker = worker
        self.most_bytes = int(megabytes * 2**20)
        self.seconds = seconds
        self.places = BoundedSemaphore(places)


class Handler(BaseHTTPRequestHandler):
    """Answers one client."""

    server: Service

    def setup(self) -> None:
        """Limit how long the client may be silent."""
        super().setup()
        self.connection.settimeout(self.server.seconds)

    def do_GET(self) -> None:
        """Say what the network takes and gives."""
        self._answer(200, json.loads(self.server.worker.contract.to_json()))

    def do_POST(self) -> None:
        """Classify a video."""
        length = self.headers.get('Content-Length', '')
        if not length.isdecimal():
            return self._refuse(411, 'say the Content-Length')
        if int(length) > self.server.most_bytes:
            most = self.server.most_bytes / 2**20
            # Many clients read the answer only when they have sent it all.
            with suppress(OSError):
                self._receive(self.server.most_bytes, Path(os.devnull))
            return self._refuse(413, f'a video may have {most:g} MiB')
        if not self.server.places.acquire(blocking=False):
            return self._refuse(503, 'too many videos are waiting: try again')
        try:
            with tempfile.TemporaryDirectory() as folder:
                video = Path(folder, 'video')
                try:
                    self._receive(int(length), video)
                except OSError as error:
                    return self._refuse(408, f'the upload ended: {error}')
                found = self.server.worker.classify(video)
        except StNetInputError as error:
            return self._refuse(400, str(error).partition(': ')[2])
        except TooLate:
            return self._refuse(504, 'it takes too long to classify it')
        finally:
            self.server.places.release()
        return self._answer(200, found)

    def _receive(self, length: int, video: Path) -> None:
        with open(video, 'wb') as file:
            while length > 0:
                data = self.rfile.read(min(length, CHUNK))
                if not data:
                    raise OSError('no more data')
                length -= file.write(data)

    def _refuse(self, status: int, reason: str) -> None:
        # What is left of an upload would be taken for the next request.
        self.close_connection = True
        self._answer(status, dict(error=reason))

    def _answer(self, status: int, content: dict) -> None:
        data = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json; charset=utf-8')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m stnet_runtime.serve',
        description='Classify videos that are sent by HTTP POST. There is no '
        'encryption and no password: let a web server stand before it if '
        'others are to reach it',
    )
    parser.add_argument('model', help='file that tools/export.py wrote')
    parser.add_argument(
        '--host', default='127.0.0.1', help='127.0.0.1, this machine only'
    )
    parser.add_argument('--port', type=int, default=8000, help='8000')
    parser.add_argument(
        '--megabytes', type=float, default=64, help='largest video; 64'
    )
    parser.add_argument(
        '--seconds',
        type=float,
        default=30,
        help='that a video may take, or an upload be silent; 30',
    )
    parser.add_argument(
        '--places', type=int, default=16, help='videos at a time; 16'
    )
    parser.add_argument('--threads', type=int, help='one for each core')
    args = parser.parse_args()
    for name in ('megabytes', 'seconds', 'places', 'threads'):
        value = getattr(args, name)
        if value is not None and value <= 0:
            parser.error(f'--{name} must be more than 0')
    return args


def main() -> int:
    args = parse_args()
    try:
        worker = Worker(args.model, args.seconds, args.threads)
    except StNetInputError as error:
        print(f'error: {error}', file=sys.stderr)
        return 1
    address = args.host, args.port
    try:
        service = Service(
            address, worker, args.megabytes, args.seconds, args.places
        )
    except (OSError, OverflowError) as error:
        worker.close()
        print(f'error: {args.host}:{args.port}: {error}', file=sys.stderr)
        return 1
    with service:
        print(f'http://{args.host}:{service.server_port}', flush=True)
        try:
            service.serve_forever()
        except KeyboardInterrupt:
            return 130
        finally:
            worker.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
