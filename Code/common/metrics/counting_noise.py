"""The error that counting alone brings: a density from n nuclei is a binomial count over n."""

import numpy as np
from scipy import stats


def counting_floor(densities: np.ndarray, totals: np.ndarray) -> dict[str, float]:
    """Return the MAE and the RMSE that even the true share of tumour nuclei would have.

    Mean absolute deviation: de Moivre's 2 k q P(k) / n with k = floor(np) + 1 (Diaconis, Zabell
    1991, doi 10.1214/ss/1177011699), the observed densities put for the true ones, which makes it
    a little too low.

    Args:
        densities: Of each field, 0 to 1, float64, (fields,).
        totals: Nuclei of each field, (fields,).
    """
    variances = densities * (1 - densities) / totals
    mae = counting_deviations(densities, totals).mean()
    return {"mae": float(mae), "rmse": float(np.sqrt(variances.mean()))}


def counting_deviations(densities: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Return each field's part of the MAE that counting_floor gives: float64, (fields,)."""
    above = np.floor(totals * densities) + 1
    mass = stats.binom.pmf(above, totals, densities)
    return 2 * above * (1 - densities) * mass / totals
