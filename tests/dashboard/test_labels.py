from dashboard.views.labels import distinct


def test_what_looks_alike_is_told_apart_and_the_rest_left_alone() -> None:
    labels = {"a": "Saravan", "b": "Saravan", "c": "Khash"}
    assert distinct(labels) == {"a": "Saravan [a]", "b": "Saravan [b]", "c": "Khash"}
