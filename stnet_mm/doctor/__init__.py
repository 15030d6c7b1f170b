"""What is installed, and what is wrong with it: ``python -m stnet_mm doctor``.

What may fail or crash is examined in processes of its own (``children``). All
else uses Python's library alone, so that it runs in any set-up.
"""

from .examination import examine
from .text import format_report

__all__ = ['examine', 'format_report']
