"""Labels of choices: Streamlit tells options apart by what they show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels by id, with the id added to each that stands for several."""
    seen = Counter(labels.values())
    return {key: f"{label} [{key}]" if seen[label] > 1 else label for key, label in labels.items()}
