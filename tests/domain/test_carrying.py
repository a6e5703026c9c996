"""When a department carries too much: in two weeks running, and in enough work to say so."""

from collections.abc import Mapping

import pytest

from bot.domain.report import shared
from tests.domain import factories as make

ORGANISATION = make.organisation()
ALL = {"service-hk": 10, "product-mobile": 10}


def work(service: int = 0, product: int = 0) -> Mapping[str, int]:
    return {"service-hk": service, "product-mobile": product}


@pytest.mark.parametrize(
    ("last", "before", "carried_by"),
    [
        (work(service=10), work(service=10), "service"),
        (work(service=7, product=3), work(service=7, product=3), "service"),
        (work(service=10), work(), ""),
        (work(), work(service=10), ""),
        (work(service=10), work(service=6, product=6), ""),
        (work(service=6, product=6), work(service=10), ""),
        (work(service=10), work(product=10), ""),
        (work(service=6, product=4), work(service=6, product=4), ""),
        (work(service=9), work(service=9), ""),
        (work(), work(), ""),
    ],
)
def test_a_department_carries_the_others_when_both_weeks_were_heavy(
    last: Mapping[str, int], before: Mapping[str, int], carried_by: str
) -> None:
    assert shared(ORGANISATION, ALL, (last, before)).carried_by == carried_by
