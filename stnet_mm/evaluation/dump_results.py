"""All predictions of a test in one file."""

from __future__ import annotations

import pickle

from mmaction.registry import METRICS
from mmengine.evaluator import DumpResults
from mmengine.logging import print_log

from ..utils.atomic import write_atomically


@METRICS.register_module()
class StNetDumpResults(DumpResults):
    """MMEngine's ``DumpResults``, whose file is whole or not there.

    Args:
        **kwargs: Those of ``DumpResults``.
    """

    def compute_metrics(self, results: list) -> dict:
        """Write the predictions.

        Args:
            results (list): The predictions.

        Returns:
            dict: Nothing.

        Raises:
            OSError: If the file cannot be written; names it.
        """
        write_atomically(self.out_file_path, pickle.dumps(results))
        print_log(f'{self.out_file_path}: the predictions', logger='current')
        return {}
