"""A recurrent network over the segments: CNN+RNN."""

from __future__ import annotations

from mmaction.registry import MODELS
from mmengine.model import normal_init
from torch import Tensor, nn

from ...errors import StNetInputError, check_choice
from ..segment_head import SegmentHead

CELLS = {'lstm': nn.LSTM, 'gru': nn.GRU}
READOUTS = ('last', 'mean')


@MODELS.register_module()
class LRCNHead(SegmentHead):
    """LSTM or GRU over the features of the segments, linear classifier.

    After Donahue et al., "Long-term Recurrent Convolutional Networks for
    Visual Recognition and Description" (CVPR 2015). Its backbone sees every
    segment by itself: an ``StNet`` with ``num_frames=1`` and
    ``temporal_stages=()`` is a plain image network.

    Args:
        num_classes (int): Number of classes.
        in_channels (int): Channels of the backbone's feature maps.
        cell (str): ``'lstm'`` or ``'gru'``. Defaults to ``'lstm'``.
        hidden_channels (int): Channels of the recurrent state. Defaults to
            512.
        num_layers (int): Layers of the recurrent network. Defaults to 1.
        readout (str): What the classifier sees of the states after each
            segment, the ``'last'`` or their ``'mean'``. Defaults to
            ``'last'``.
        dropout_ratio (float): Dropout before the classifier, in [0, 1).
            Defaults to 0.
        **kwargs: ``topk`` of ``SegmentHead`` and the arguments of MMAction2's
            ``BaseHead``.

    Raises:
        StNetInputError: If ``cell`` or ``readout`` is unknown, or there are
            no layers.
    """

    fc_cls: nn.Linear

    def __init__(
        self,
        num_classes: int,
        in_channels: int,
        cell: str = 'lstm',
        hidden_channels: int = 512,
        num_layers: int = 1,
        readout: str = 'last',
        dropout_ratio: float = 0.0,
        **kwargs,
    ) -> None:
        check_choice('cell', cell, CELLS)
        check_choice('readout', readout, READOUTS)
        if num_layers < 1:
            raise StNetInputError(
                f'num_layers must be 1 or more, not {num_layers}'
            )
        super().__init__(num_classes, in_channels, **kwargs)
        self.readout = readout
        self.rnn = CELLS[cell](
            in_channels, hidden_channels, num_layers, batch_first=True
        )
        self.dropout = nn.Dropout(dropout_ratio)
        self.fc_cls = nn.Linear(hidden_channels, num_classes)

    def init_weights(self) -> None:
        """Initialize the classifier as MMAction2's TSN does."""
        super().init_weights()
        normal_init(self.fc_cls, std=0.01)

    def join(self, x: Tensor) -> Tensor:
        """Read the segments in their order.

        Args:
            x (Tensor): Features, [B*V, T, C].

        Returns:
            Tensor: Features, [B*V, hidden_channels].
        """
        states, _ = self.rnn(x)  # [B*V, T, hidden_channels]
        return states[:, -1] if self.readout == 'last' else states.mean(dim=1)
