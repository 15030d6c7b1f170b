"""Whether there can be a report of a test."""

import pytest
from mmaction.models.heads import TSNHead

from stnet_mm.engine.report_check import check_report
from stnet_mm.errors import StNetInputError
from stnet_mm.models import TXBHead

SEVERAL = dict(
    num_classes=3, in_channels=8, loss_cls=dict(type='BCELossWithLogits')
)


def test_a_softmax_of_several_labels_is_not_reported():
    with pytest.raises(StNetInputError, match="average_clips='score'"):
        check_report(TSNHead(average_clips='prob', **SEVERAL))
    check_report(TSNHead(average_clips='score', **SEVERAL))
    check_report(TXBHead(average_clips='prob', txb_channels=8, **SEVERAL))
    check_report(TSNHead(3, 8, average_clips='prob'))


def test_no_head_to_report_on():
    with pytest.raises(StNetInputError, match='leave --report out'):
        check_report(None)
