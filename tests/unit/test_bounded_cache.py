"""The bounded cache forgets what has not been used for longest."""

from concurrent.futures import ThreadPoolExecutor

from shared.bounded_cache import BoundedCache


def test_what_is_put_is_found():
    cache = BoundedCache[str, int](2)
    assert cache.get("a") is None
    assert cache.put("a", 1) == 1
    assert cache.get("a") == 1


def test_the_least_recently_used_entry_goes_first():
    cache = BoundedCache[str, int](2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


def test_a_value_put_again_replaces_and_takes_no_more_room():
    cache = BoundedCache[str, int](2)
    for value in range(5):
        cache.put("a", value)
    assert (len(cache), cache.get("a")) == (1, 4)


def test_threads_share_it_without_errors_and_it_stays_bounded():
    cache = BoundedCache[int, int](10)

    def use(start: int) -> None:
        for number in range(start, start + 2_000):
            cache.put(number % 50, number)
            cache.get((number * 7) % 50)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(use, range(4)))
    assert len(cache) == 10
