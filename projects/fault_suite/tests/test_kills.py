"""The suite of kills finds what it is for."""

from __future__ import annotations

import signal

import torch

from projects.fault_suite.kills.cases import (
    Case,
    find_differences,
    make_cases,
    try_case,
)
from projects.fault_suite.kills.data import STEPS, write_data
from projects.fault_suite.kills.job import train_alone
from projects.fault_suite.page import ROOT


def test_kinds():
    cases = make_cases(70, seed=0)
    signals = [case.signal for case in cases]
    assert signals.count(signal.SIGKILL) >= 50
    assert signals.count(signal.SIGTERM) == 20
    assert len({case.kind for case in cases}) == 8
    assert len({case.moment for case in cases}) == 70


def test_a_kill(tmp_path):
    write_data(ROOT, tmp_path)
    alone = train_alone(ROOT, tmp_path, 1)
    assert len(alone.losses) == STEPS
    case = Case(0, signal.SIGKILL, 1, 2, everywhere=False, moment=0.8)
    tried = try_case(ROOT, tmp_path, case, alone)
    assert tried.faults == []

    # It would see the least of differences.
    name = 'state_dict.cls_head.fc_cls.weight'
    other = dict(alone.tensors)
    other[name] = torch.nextafter(other[name], torch.tensor(9.0))
    changed = alone._replace(tensors=other, losses=alone.losses[:-1])
    faults = find_differences(changed, alone)
    assert [fault.split()[0] for fault in faults] == ['losses', 'other']
    assert name in faults[1]
