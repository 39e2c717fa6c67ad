from deploy.demo.phone import BACKOFF_S, waits_within


def test_a_phone_gives_up_after_its_tries_and_a_patient_one_goes_on_at_the_slowest_pace() -> None:
    slowest = BACKOFF_S[-1]

    assert tuple(waits_within(sum(BACKOFF_S))) == BACKOFF_S
    assert tuple(waits_within(sum(BACKOFF_S) + 2 * slowest)) == (*BACKOFF_S, slowest, slowest)
    assert tuple(waits_within(0)) == ()
