"""The report for people to read."""

from __future__ import annotations

from typing import Iterator


def format_report(report: dict) -> str:
    """Put a report into lines.

    Args:
        report (dict): What ``examine`` found.

    Returns:
        str: The lines, problems last.
    """
    sections = {
        'Versions': _versions(report),
        'Patched faults of other packages': _patches(report),
        'Decoders': _decoders(report),
        'Devices': _devices(report),
        'Self-test': _self_test(report),
        'Problems': _problems(report),
    }
    return '\n\n'.join(
        '\n'.join((title, *(f'  {line}' for line in lines)))
        for title, lines in sections.items()
    )


def _versions(report: dict) -> Iterator[str]:
    yield f'{"stnet_mm":13}{report["stnet_mm"]["version"]}'
    yield f'{"python":13}{report["python"]["version"]}'
    for name, package in report['packages'].items():
        text = package['version'] or 'absent'
        if name == 'mmcv' and package['version']:
            kind = 'full' if report['mmcv_operators'] else 'mmcv-lite'
            text += f' ({kind})'
        if package['in_tested_range'] is not None:
            word = 'tested' if package['in_tested_range'] else 'not tested'
            text = f'{text:16}{word} ({package["tested"]})'
        yield f'{name:13}{text}'


def _patches(report: dict) -> Iterator[str]:
    if not report['import']['ok']:
        yield 'not known, because `import stnet_mm` fails'
        return
    for patch in report['patches']:
        name = patch['name'].replace('patch_', '', 1)
        yield f'{name:20}{patch["summary"]}'
    if not report['patches']:
        yield 'none'


def _decoders(report: dict) -> Iterator[str]:
    for name, faults in report['decoders']['results'].items():
        # Without the library, all fail alike.
        if len({*faults.values()}) == 1 and None not in faults.values():
            yield f'{name:13}{next(iter(faults.values()))}'
            continue
        able = ', '.join(c for c, fault in faults.items() if fault is None)
        unable = ', '.join(c for c, fault in faults.items() if fault)
        yield f'{name:13}{able}' + (f'; not {unable}' if unable else '')
    if report['decoders']['error']:
        yield report['decoders']['error']


def _devices(report: dict) -> Iterator[str]:
    cpu, cuda = report['cpu'], report['cuda']
    if cpu is None:
        yield 'not known, because `import stnet_mm` fails'
        return
    if 'error' not in cpu:
        yield (
            f'{"CPU":13}{cpu["machine"]}, {cpu["capability"]}, '
            f'threads {cpu["threads"]}, cores {cpu["cores"]}, '
            f'{cpu["precision"]}'
        )
    if 'error' not in cuda:
        for gpu in cuda['gpus']:
            yield (
                f'{"GPU":13}{gpu["name"]}, {gpu["memory_gib"]} GiB, compute '
                f'capability {gpu["capability"]}, {gpu["precision"]}'
            )
        if not cuda['gpus']:
            yield f'{"GPU":13}none'
        yield (
            f'{"CUDA":13}{cuda["cuda"] or "absent"}, '
            f'driver {cuda["driver"] or "absent"}, '
            f'cuDNN {cuda["cudnn"] or "absent"}, '
            f'Triton {"present" if cuda["triton"] else "absent"}'
        )


def _self_test(report: dict) -> Iterator[str]:
    result = report['self_test']
    if result is None:
        yield 'not run, because `import stnet_mm` fails'
    elif 'error' in result:
        yield result['error']
    else:
        yield (
            f'{"ok" if result["ok"] else "wrong logits"}: they differ by '
            f'{result["difference"]:.1e} of the largest (at most '
            f'{result["tolerance"]:.0e}), {result["seconds"]} s'
        )


def _problems(report: dict) -> Iterator[str]:
    for problem in report['problems']:
        kind = 'error' if problem['needed'] else 'note'
        yield f'{kind}: {problem["cause"]}'
        yield f'  -> {problem["remedy"]}'
    if not report['problems']:
        yield 'none'
