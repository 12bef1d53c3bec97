"""Tables of claims and sources from the cells that matter to a test."""

import numpy as np
import pandas as pd

from geodata.schema import CLAIMS, SOURCES, number_columns

NUMBERS = number_columns("claims")


def claims(*rows):
    """Return a claim table; each row is the cells that matter to a test."""
    defaults = {name: np.nan if name in NUMBERS else "" for name in CLAIMS.columns}
    given_rows = [
        {
            **defaults,
            "claim_id": f"c{number}",
            "event_id": "e",
            "subject": "killed",
            "grade": "not_assessed",
            **row,
        }
        for number, row in enumerate(rows)
    ]
    table = pd.DataFrame(given_rows, columns=list(CLAIMS.columns))
    texts = [name for name in CLAIMS.columns if name not in NUMBERS]
    return table.astype({**dict.fromkeys(texts, "str"), **dict.fromkeys(NUMBERS, float)})


def figure(claimant, low=np.nan, high=np.nan, **cells):
    return {"claimant": claimant, "value_min": low, "value_max": high, **cells}


def sources(**relays):
    empty = dict.fromkeys(SOURCES.columns, "")
    rows = [
        {**empty, "source_id": name, "publisher": name.title(), "relays": relayed}
        for name, relayed in relays.items()
    ]
    return pd.DataFrame(rows, columns=list(SOURCES.columns), dtype="str")
