"""The recognizer: groups MMAction2's frames into views and segments."""

from __future__ import annotations

from typing import Callable

import torch
from mmaction.models.recognizers import Recognizer2D
from mmaction.registry import MODELS
from mmengine.logging import MMLogger
from torch import Tensor

from ..errors import StNetInputError, check_choice
from .data_preprocessor import check_alike
from .super_image import stack_super_images
from .views import check_test_cfg, list_views, views_per_chunk


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

    Views come from the pipeline (MMAction2's ``TenCrop``) or, at a fraction
    of the cost, from here: the pipeline delivers whole frames, and
    ``test_cfg`` says how to crop them. Only testing (``test_step``) crops;
    validation takes frames as they come, and so does MMAction2's GradCAM. All
    views of a batch run in chunks, alike ones once.

    Keys of ``test_cfg``:

    - ``crops``: ``'ten'``, ``'three'`` or ``'center'``; see ``find_crops``.
    - ``crop_size``: Side of the crops in pixels, or (width, height).
    - ``views_per_chunk``: How many views run at once. By default as many as
      have 2^25 values (2^28 on a GPU with room for them), at least one.
    - ``num_segments``: T, needed only if the pipeline makes several views.

    Args:
        channels_last (bool): Whether weights and super-images have the layout
            that most processors are fastest with, PyTorch's
            ``channels_last``. Defaults to False.
        **kwargs: ``backbone``, ``cls_head``, ``train_cfg``, ``test_cfg`` and
            ``data_preprocessor`` of MMAction2's ``BaseRecognizer``. The head
            may be ``TXBHead`` or any of MMAction2's for 2-D recognizers.

    Raises:
        StNetInputError: If a ``neck`` is given, ``test_cfg`` is wrong, or the
            head expects another number of channels than the backbone
            outputs.
    """

    test_cfg: dict

    def __init__(self, channels_last: bool = False, **kwargs) -> None:
        if kwargs.get('neck') is not None:
            raise StNetInputError(
                'StNetRecognizer has no place for a neck: the temporal parts '
                'of StNet are in its backbone and head'
            )
        # Built here, in MMAction2's registry, because MMEngine would look it
        # up in the default scope, which is not set outside of a Runner.
        kwargs['data_preprocessor'] = MODELS.build(
            kwargs.get('data_preprocessor')
            or dict(type='StNetDataPreprocessor')
        )
        super().__init__(**kwargs)
        self.test_cfg = dict(self.test_cfg or {})
        check_test_cfg(self.test_cfg)
        out_channels = self.backbone.out_channels
        # None: MMAction2's FeatureHead takes any number.
        wanted = self.cls_head.in_channels if self.with_cls_head else None
        if wanted not in (None, out_channels):
            raise StNetInputError(
                f'cls_head.in_channels={wanted}, but the trunk outputs '
                f'{out_channels} channels: make them equal'
            )
        if channels_last:
            self.to(memory_format=torch.channels_last)

    def extract_feat(
        self,
        inputs: Tensor | list[Tensor],
        stage: str = 'neck',
        data_samples: list | None = None,
        test_mode: bool = False,
    ) -> tuple[Tensor, dict]:
        """Compute the features or logits of every view.

        Args:
            inputs (Tensor | list[Tensor]): Frames, [B, V*T*N, 3, H, W]; bytes,
                or normalized.
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
        check_choice('stage', stage, ('backbone', 'neck', 'head'))
        check_alike(inputs)
        num_segments = self.num_segments(len(inputs[0]), test_mode)
        head_kwargs = dict(num_segs=num_segments, loss_aux=dict())
        if stage == 'head':
            x = self.logits_of(self.super_images(inputs), num_segments)
        else:
            x = self.feature_maps(inputs, num_segments)
        return x, head_kwargs

    def super_images(self, clips: Tensor | list[Tensor]) -> Tensor:
        """Make super-images, in the memory layout of the weights.

        Args:
            clips (Tensor | list[Tensor]): Clips of T*N frames, each
                [T*N, 3, H, W]; bytes, or normalized.

        Returns:
            Tensor: Super-images, [B*T, 3N, H, W], of the same type.
        """
        stem = self.backbone.get_submodule(self.backbone.stem_name)
        last = stem.weight.is_contiguous(memory_format=torch.channels_last)
        if isinstance(clips, Tensor):
            clips = [clips]
        stacked = [
            stack_super_images(clip, self.backbone.num_frames, last)
            for clip in clips
        ]
        return torch.cat(stacked) if len(stacked) > 1 else stacked[0]

    def feature_maps(
        self, clips: Tensor | list[Tensor], num_segments: int
    ) -> Tensor:
        """Compute feature maps.

        Args:
            clips (Tensor | list[Tensor]): Clips, each [T*N, 3, H, W]; bytes,
                or normalized.
            num_segments (int): T.

        Returns:
            Tensor: Feature maps, [B*T, C, H', W'].
        """
        images = self.super_images(clips)
        # The backbone normalizes, because it does so chunk by chunk.
        return self.backbone(images, num_segments, self.normalize)

    def logits_of(self, images: Tensor, num_segments: int) -> Tensor:
        """Classify super-images.

        Args:
            images (Tensor): Super-images, [B*T, 3N, H, W]; bytes, or
                normalized.
            num_segments (int): T.

        Returns:
            Tensor: Logits, [B, num_classes].
        """
        x = self.backbone(images, num_segments, self.normalize)
        return self.cls_head(x, num_segs=num_segments)

    def segment_features(self, images: Tensor) -> Tensor:
        """Compute what does not depend on other segments.

        Args:
            images (Tensor): Super-images, [S, 3N, H, W]; bytes, or
                normalized.

        Returns:
            Tensor: Feature maps before the first temporal block,
            [S, C, H', W'].
        """
        return self.backbone.segment_features(images, self.normalize)

    def logits_of_segments(self, x: Tensor, num_segments: int) -> Tensor:
        """Classify segments that belong together.

        Args:
            x (Tensor): What ``segment_features`` made of each, [B*T, C, H, W].
            num_segments (int): T.

        Returns:
            Tensor: Logits, [B, num_classes].
        """
        x = self.backbone.temporal_features(x, num_segments)
        return self.cls_head(x, num_segs=num_segments)

    def normalize(self, images: Tensor) -> Tensor:
        """Normalize super-images, unless it has been done.

        Args:
            images (Tensor): Super-images, [S, 3N, H, W]; bytes, or
                normalized.

        Returns:
            Tensor: The normalized ones.
        """
        if images.is_floating_point():  # MMAction2's preprocessor has done it
            return images
        return self.data_preprocessor.normalize(images)

    def test_step(self, data: dict) -> list:
        """Test a batch, with the crops of ``test_cfg``.

        Args:
            data (dict): A batch of the data loader.

        Returns:
            list[ActionDataSample]: The predictions.
        """
        data = self.data_preprocessor(data, False)
        crop = not torch.is_grad_enabled()
        if self.test_cfg.get('crops') and not crop:
            # MMAction2's GradCAM draws on the frames that the loader gave.
            MMLogger.get_current_instance().warning(
                'autograd is recording, so frames are taken whole, as GradCAM '
                'needs them; use torch.no_grad() to test with crops'
            )
        return self(**data, mode='predict', crop=crop)

    def predict(
        self,
        inputs: Tensor | list[Tensor],
        data_samples: list,
        crop: bool = False,
        **kwargs,
    ) -> list:
        """Predict the classes of videos.

        Args:
            inputs (Tensor | list[Tensor]): Frames of each video,
                [V*T*N, 3, H, W]; bytes, or normalized.
            data_samples (list[ActionDataSample]): Take the predictions.
            crop (bool): Whether to crop as ``test_cfg`` says. Defaults to
                False.
            **kwargs: Not used; part of MMAction2's interface.

        Returns:
            list[ActionDataSample]: The same data samples.

        Raises:
            StNetInputError: If the frames do not divide into views, differ in
                number or size, or are smaller than the crops.
        """
        logits = self.classify_views(inputs, crop)
        return self.cls_head.predict_by_feat(logits, data_samples)

    def classify_views(
        self, videos: Tensor | list[Tensor], crop: bool = False
    ) -> Tensor:
        """Compute the logits of all views of videos, chunk by chunk.

        Args:
            videos (Tensor | list[Tensor]): Frames of each video,
                [V*T*N, 3, H, W]; bytes, or normalized.
            crop (bool): Whether to crop as ``test_cfg`` says. Defaults to
                False.

        Returns:
            Tensor: Logits, [B*V, num_classes], those of a video together.

        Raises:
            StNetInputError: As ``predict``.
        """
        return self.run_views(videos, self._classify, crop)

    def run_views(
        self,
        videos: Tensor | list[Tensor],
        run: Callable[[list[Tensor]], Tensor],
        crop: bool = False,
    ) -> Tensor:
        """Compute something of all views of videos, chunk by chunk.

        Args:
            videos (Tensor | list[Tensor]): Frames of each video,
                [V*T*N, 3, H, W]; bytes, or normalized.
            run (Callable): Computes it for clips, each [T*N, 3, H, W]; a row
                for each clip.
            crop (bool): Whether to crop as ``test_cfg`` says. Defaults to
                False.

        Returns:
            Tensor: The rows, [B*V, ...], those of a video together.

        Raises:
            StNetInputError: As ``predict``.
        """
        cfg = self.test_cfg if crop else {}
        if not cfg.get('crops'):
            check_alike(videos)
        num_segments = self.num_segments(len(videos[0]), test_mode=True)
        length = num_segments * self.backbone.num_frames
        views = list_views(videos, length, cfg)
        # Crops that fill the frame's height are alike at its top and bottom.
        distinct = list(dict.fromkeys(views))
        # MMAction2's GradCAM wants all views in one pass, and autograd keeps
        # everything in memory in any case.
        chunk = (
            len(distinct)
            if torch.is_grad_enabled()
            else views_per_chunk(distinct, self.test_cfg, videos[0].device)
        )
        rows = [
            run([view.cut(videos) for view in distinct[k:][:chunk]])
            for k in range(0, len(distinct), chunk)
        ]
        places = {view: row for row, view in enumerate(distinct)}
        return torch.cat(rows)[[places[view] for view in views]]

    def _classify(self, clips: list[Tensor]) -> Tensor:
        """Logits, [B, num_classes], of clips, each [T*N, 3, H, W]."""
        num_segments = len(clips[0]) // self.backbone.num_frames
        return self.logits_of(self.super_images(clips), num_segments)

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
        test_cfg = self.test_cfg if test_mode else {}
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
