"""A comment of a wave is found as any other is."""

from bot.usecases import viewing
from tests.usecases.office import Office, deleted
from tests.usecases.test_waves import cases, said


def found(office: Office, words: str) -> list[tuple[int, str]]:
    """The cases that a search for *words* leads to, each with the author that is shown."""
    with office.database.reading() as session:
        return [(line.number, line.author) for line in viewing.search(session, words)]


def test_a_comment_that_joined_is_found_by_its_author_and_leads_to_the_waves_case(
    office: Office,
) -> None:
    told = [said(who, name=f"Miss {who}") for who in ("ada", "bee", "cat", "dot")]
    cases(office, *told)
    assert found(office, "miss cat") == [(1, "Miss cat")]
    assert found(office, "miss ada") == [(1, "Miss ada")]
    assert found(office, "overheats miss") == [(1, "Miss dot"), (2, "Miss bee")]
    office.tell(deleted(external_id=told[0].external_id, minutes=9))
    assert found(office, "miss ada") == []
    assert found(office, "miss dot") == [(1, "Miss dot")]
    office.tell(deleted(external_id=told[3].external_id, minutes=9))
    assert found(office, "miss dot") == []
