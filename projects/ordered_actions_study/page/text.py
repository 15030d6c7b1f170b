"""What study.md says around its tables."""

INTRO = """\
<!-- Written by projects/ordered_actions_study/page; do not edit. -->
# The paper's questions, on data that anybody can make

StNet's authors answer their questions on Kinetics. Here they are asked of
small networks on [ordered actions](ordered_actions.md), whose classes come in
pairs that hold the same frames in another order: *local pairs* differ within
four successive frames, *global pairs* in which half of the video comes first.
All figures are measured with this code; every row comes from lines of
`projects/ordered_actions_study/results/*.jsonl`. From the root of a checkout:

```bash
python -m projects.ordered_actions_study --quick  # the first table
python -m projects.ordered_actions_study          # all others; can be resumed
python -m projects.ordered_actions_study.page     # this page, in seconds
```
"""
# What the tables of the small scale say; read them again when results change.
SHORT = """
All rows are sized for a CPU; no GPU was at hand. `--scale large` runs the same
experiments on ten times the videos at twice the size, with all of ResNet-18's
channels, for a GPU; it has been tried for a few steps only.

## In short

1. **Super-images capture local motion.** Where nothing but super-images
   differs, single frames are at chance and super-images near 100 %, on levels
   1 and 4. With 3 or 5 segments of one frame (N = 1) StNet is near chance
   inside local pairs, with 3 frames each it is not; 7 segments are close
   enough in time to do without. Super-images of 5 or 7 frames learn more
   slowly. On level 5 six epochs are too few for super-images: what moves is
   faint, the seeds differ widely, and accuracy still rises at the end. Trained
   for 18 epochs, StNet gets there with every seed. Given all 16 frames as
   segments of one, temporal blocks see local motion sooner, for 2.5 times the
   multiply-adds.
2. **Temporal blocks and TXB see global order** where averaging is at chance.
   Either part alone does; that both are better cannot be shown here, because
   global pairs are too easy for it. LSTMs are behind; the GRU on super-images
   is not.
3. **More accurate than 3-D networks for fewer multiply-adds: not at six
   epochs.** There StNet lies between P3D and C3D, within its spread, at a
   quarter of C3D's multiply-adds. In 18 epochs, which are fewer multiply-adds
   than C3D's six, it passes both; they were not trained longer.
4. **Its features transfer to other actions that are told apart by order**,
   with 5 examples of each class better than from scratch with 20. They do not
   help, nor clearly harm, with real poses, which single frames tell: there TSN
   from scratch is as good or better, and TSN that was trained on ordered
   actions far behind.
5. **StNet's maps localize what acts no better than TSN's here**, by Grad-CAM
   or by Layer-CAM, at any layer. Those of super-images with a mean do, by
   Grad-CAM. The paper's pictures are of Kinetics, where the scene tells much
   of the class; in ordered actions it tells nothing, so that TSN too can use
   nothing but the acting object. We think that this is why.
"""
EASY = """
## The easy level (`--quick`)

Level 1: plain backgrounds. A model without order has 50 % inside pairs,
because both videos of a pair are in the test set. For a model that guesses,
50 % would be measured to ±{margin:.1f} % (95 % of the time, {videos} test
videos inside each kind of pairs).
"""
MODELS = """
## All models on the hardest level

Level 5: textures, camera jitter, noise, distractors, and an acting object that
is small, faint and moves less. Chance is 12.5 % over all 8 classes and 50 %
inside pairs.
"""
# Text, the figure to compare, and on which level which model should be better
# than which.
QUESTIONS = (
    (
        """
## 1. Do super-images capture local motion?

Accuracy inside local pairs. The first rows differ in super-images alone:
neither model sees the order of what it averages. In the last one all 16 frames
are segments of one frame, which costs 2.5 times as much: temporal blocks then
see the local order on feature maps. "Cannot be told" means that the two are
apart by no more than the sum of their spreads, or by {least:.0f} %.
""",
        'local_pairs',
        [
            *((level, 'average', 'tsn') for level in (1, 2, 3, 4, 5)),
            (5, 'stnet', 'single-frames'),
        ],
    ),
    (
        """
## 2. Are temporal blocks and TXB better at global order?

Accuracy inside global pairs: than averaging the scores, than recurrent
networks, and both parts than one of them.
""",
        'global_pairs',
        [
            *((level, 'stnet', 'average') for level in (1, 2, 3, 4, 5)),
            (5, 'tmb-mean', 'average'),
            (5, 'txb', 'average'),
            (5, 'stnet', 'tmb-mean'),
            (5, 'stnet', 'tmb-max'),
            (5, 'stnet', 'txb'),
            (5, 'stnet', 'lstm'),
            (5, 'stnet', 'gru'),
            (5, 'stnet', 'lstm-2-mean'),
            (5, 'stnet', 'lrcn-lstm'),
            (5, 'stnet', 'lrcn-gru'),
        ],
    ),
    (
        """
## 3. Is it more accurate than 3-D networks, for fewer multiply-adds?

Accuracy over all classes; the costs are in the table of all models. At full
size, [complexity.md](complexity.md) has the multiply-adds and parameters
beside the published accuracies.
""",
        'accuracy',
        [
            (5, 'stnet', 'c3d'),
            (5, 'stnet', 'p3d'),
            (5, 'stnet', 'tsm'),
            (5, 'stnet', 'tsn'),
        ],
    ),
)
TRANSFER = """
## 4. Do its features transfer to small data sets?

Networks that were trained on level 4 are fine-tuned on a few examples of other
classes, and so are networks that start from random weights. Mean class
accuracy in %; in brackets, the number of seeds. A seed also draws the
examples.
"""
LOCALIZATION = """
## 5. Localization: are its maps on what acts?

Maps of the right class, on the test videos of level 4, against the acting
object's box: whether the map's maximum is in the box (the pointing
game), and the share of the map's sum that is. Maps are scaled to the frame; a
map of a super-image counts for each of its frames. `python -m
projects.ordered_actions_study localization` makes all rows. The last two are
what a map that ignores the video would get.
"""
LONGER = """
## The hardest level, trained longer

Level 5 with three times the epochs, 18.
"""
SIZES = """
## How many frames, how many segments

StNet on level 4 (%), N successive frames in each of T segments. In brackets,
the number of seeds.
"""
LEVELS = """
## The levels between
"""
FAIRNESS = """
## What is equal, and what is not

Equal for all models: the videos, the 16 frames of each (4 segments of 4
successive frames), crops of {crop}x{crop}, a slim ResNet-18 trunk, random
initialization, 6 epochs, AdamW with the same schedule, batches of 32, the same
seeds, and learning rates searched alike. Of the rates tried with the first
seed, the one with the best accuracy on the validation videos is used; the test
videos are not looked at for it. The spread is the standard deviation over the
seeds.

Not equal:

- Models on single frames and 3-D networks see the 16 frames one by one, where
  the others see 4 super-images. Their cost is higher for it.
- P3D has bottleneck blocks, so it is deeper (26 layers).
- Only the grid of all models searches the learning rate; the others use one
  rate for all.
- Networks on super-images have channels last in memory, which is faster on a
  CPU and changes nothing else.
- Training times are of one machine that did other work meanwhile; they are
  those of a row's fastest run.
"""
