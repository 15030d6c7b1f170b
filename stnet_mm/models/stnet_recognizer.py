"""The recognizer: groups MMAction2's frames into views and segments."""

from __future__ import annotations

from mmaction.models.recognizers import Recognizer2D
from mmaction.registry import MODELS
from torch import Tensor

from ..errors import StNetInputError
from .super_image import stack_super_images


@MODELS.register_module()
class StNetRecognizer(Recognizer2D):
    """Recognizer whose backbone takes super-images.

    It takes MMAction2's ordinary ``NCHW`` frames, [B, V*T*N, 3, H, W]: B
    videos, V views (crops) of each, T segments of N successive frames. Frames
    stay 3-channel images up to here, so MMAction2's preprocessor, transforms
    and GradCAM work as they are.

    N is the backbone's ``num_frames``. T is ``test_cfg['num_segments']`` in
    testing if given; else a video has one view and T is its number of frames
    divided by N. So T may differ between training and testing.

    Args:
        **kwargs: ``backbone``, ``cls_head``, ``train_cfg``, ``test_cfg`` and
            ``data_preprocessor`` of MMAction2's ``BaseRecognizer``. The head
            may be ``TXBHead`` or any of MMAction2's for 2-D recognizers.

    Raises:
        StNetInputError: If a ``neck`` is given, or the head expects another
            number of channels than the backbone puts out.
    """

    def __init__(self, **kwargs) -> None:
        if kwargs.get('neck') is not None:
            raise StNetInputError(
                'StNetRecognizer has no place for a neck: the temporal parts '
                'of StNet are in its backbone and head'
            )
        # Built here, in MMAction2's registry, because MMEngine would look it
        # up in the default scope, which is not set outside of a Runner.
        kwargs['data_preprocessor'] = MODELS.build(
            kwargs.get('data_preprocessor')
            or dict(type='ActionDataPreprocessor')
        )
        super().__init__(**kwargs)
        out_channels = self.backbone.out_channels
        if self.with_cls_head and self.cls_head.in_channels != out_channels:
            raise StNetInputError(
                f'cls_head.in_channels={self.cls_head.in_channels}, but the '
                f'trunk puts out {out_channels} channels: make them equal'
            )

    def extract_feat(
        self,
        inputs: Tensor,
        stage: str = 'neck',
        data_samples: list | None = None,
        test_mode: bool = False,
    ) -> tuple[Tensor, dict]:
        """Compute the features or logits of every view.

        Args:
            inputs (Tensor): Normalised frames, [B, V*T*N, 3, H, W].
            stage (str): ``'backbone'`` or ``'neck'`` for feature maps,
                ``'head'`` for logits. Defaults to ``'neck'``.
            data_samples (list[ActionDataSample], optional): Not used; part
                of MMAction2's interface. Defaults to None.
            test_mode (bool): Whether ``test_cfg`` applies. Defaults to False.

        Returns:
            tuple[Tensor, dict]: Feature maps [B*V*T, C, H', W'] or logits
            [B*V, num_classes]; and the head's further arguments.

        Raises:
            StNetInputError: If the frames do not divide into views.
            StNetInputError: If ``stage`` is unknown.
        """
        if stage not in ('backbone', 'neck', 'head'):
            raise StNetInputError(
                f"unknown stage {stage!r}: choose 'backbone', 'neck' or 'head'"
            )
        num_segments = self.num_segments(inputs.shape[1], test_mode)
        x = stack_super_images(inputs, self.backbone.num_frames)
        x = self.backbone(x, num_segments)
        head_kwargs = dict(num_segs=num_segments, loss_aux=dict())
        if stage == 'head':
            x = self.cls_head(x, **head_kwargs)
        return x, head_kwargs

    def num_segments(self, total_frames: int, test_mode: bool) -> int:
        """Number of segments T of a view.

        Args:
            total_frames (int): M, the frames given of each video.
            test_mode (bool): Whether ``test_cfg`` applies.

        Returns:
            int: T.

        Raises:
            StNetInputError: If M is not a multiple of N, or of T*N.
        """
        num_frames = self.backbone.num_frames
        test_cfg = (test_mode and self.test_cfg) or {}
        segments = test_cfg.get('num_segments')
        clip = num_frames * (segments or 1)
        if total_frames == 0 or total_frames % clip:
            views = f'V = M / (T*N) = {total_frames / clip:.4g}'
            raise StNetInputError(
                f'{total_frames} frames of a video do not divide into views '
                f'of T segments of N frames: M = {total_frames}, '
                f'N = {num_frames} (backbone.num_frames), T = '
                + (
                    f'{segments} (test_cfg.num_segments), {views}'
                    if segments
                    else f'M / N = {total_frames / num_frames:.4g}, V = 1'
                )
                + '. Make clip_len equal to N and num_clips to T in '
                'SampleFrames.'
            )
        return segments or total_frames // num_frames
