"""What this process is to Keras Tuner: alone, the chief of workers, or a worker."""

import enum
import os

from common.utils.errors import InputError

# Of Keras Tuner's page "Distributed hyperparameter tuning".
_VARIABLES = ("KERASTUNER_TUNER_ID", "KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT")


class Role(enum.Enum):
    """A process's part in a search."""

    ALONE = enum.auto()
    CHIEF = enum.auto()
    WORKER = enum.auto()


def role_here() -> Role:
    """Tell this process's role from its environment.

    Raises:
        InputError: Only some of Keras Tuner's variables are set.
    """
    given = [name for name in _VARIABLES if name in os.environ]
    if not given:
        return Role.ALONE
    if len(given) < len(_VARIABLES):
        raise InputError(f"all of {', '.join(_VARIABLES)}", f"only {', '.join(given)}")
    return Role.CHIEF if "chief" in os.environ["KERASTUNER_TUNER_ID"] else Role.WORKER
