"""What metrics say, in a few words: for tables whose columns are explained on hover."""

from common.metrics.epoch_metrics import LABELS

MEANINGS = LABELS | {
    "r2": "Share of the variance that is explained: 1 at best, below 0 worse than the mean",
    "pearson_r": "Linear correlation, 1 at best; forgives a constant bias",
    "icc": "ICC(2,1): agreement of network and labels as of two raters, 1 at best",
    "kendall_tau_b": "Rank correlation, 1 at best",
    "pk": "How often the denser of two fields is given the higher answer; 0.5 is chance",
}
