"""The order store in an object storage: the same store, somewhere else."""

from __future__ import annotations

import threading

import object_storage
import pytest

from mainstay.core.errors import InvalidSetting, StoreError
from mainstay.ledger import compaction, state
from mainstay.ledger.check import check
from mainstay.ledger.errors import StoreChanged
from mainstay.ledger.executor import Reading, map_accounts
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.places import ObjectPlace, place_of
from mainstay.ledger.storages import unreachable
from mainstay.ledger.store import Import, OrderStore
from mainstay.ledger.totals import by_import

# As Delta's library tells them.
_FORBIDDEN = """Generic S3 error
          \x1b[31m↳\x1b[0m Error performing list request
            \x1b[31m↳\x1b[0m 403 Forbidden
             \x1b[31m↳\x1b[0m <?xml version="1.0" encoding="utf-8"?>
<Error><Code>InvalidAccessKeyId</Code><Message>The key is unknown.</Message></Error>
"""
_NO_KEY = """Generic S3 error
          \x1b[31m↳\x1b[0m Error performing PUT http://169.254.169.254/latest/api/token in 1.3ms
           \x1b[31m↳\x1b[0m 403 Forbidden
             \x1b[31m↳\x1b[0m denied destination
"""


@pytest.fixture
def where(s3_server, monkeypatch, request):
    """An address of its own for a test's store."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return f"s3://{object_storage.BUCKET}/{request.node.name}"


@pytest.fixture
def far(where, tmp_path):
    return OrderStore.create(place_of(where, tmp_path / "copies"))


def elsewhere(store, tmp_path):
    """The same store as another machine sees it."""
    return OrderStore.open(place_of(store.place.uri, tmp_path / "other"))


def test_lines_lie_there_and_another_machine_sees_them(far, lines_of, content, stored, tmp_path):
    far.commit_import(Import("i1", "p1", lines_of("i1")))
    other = elsewhere(far, tmp_path)
    assert content(stored(other)) == content(lines_of("i1"))
    assert other.loaded("p1") == "i1"
    assert check(other.snapshot()) == []
    assert by_import(other.snapshot())["lines"].to_pylist() == [200]
    seen = map_accounts(
        other.snapshot(),
        lambda x: (
            x.account_ids.dictionary_encode().dictionary
            and __import__("pyarrow").table({"a": x.account_ids})
        ),
        Reading(),
    )
    assert seen.num_rows == 8


def test_of_two_who_commit_at_once_one_is_refused(far, lines_of, tmp_path):
    """Delta puts a commit there only where none is: nothing beside the storage keeps the order."""
    stores = [far, elsewhere(far, tmp_path)]
    before = [store.snapshot() for store in stores]
    told: list[object] = []
    ready = threading.Barrier(2)

    def load(n: int) -> None:
        ready.wait()
        what = Import(f"i{n}", f"p{n}", lines_of(f"i{n}"), expected_version=before[n].version)
        try:
            told.append(stores[n].commit_import(what))
        except StoreChanged as error:
            told.append(error)

    both = [threading.Thread(target=load, args=(n,)) for n in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(isinstance(one, StoreChanged) for one in told) == [False, True]
    assert far.snapshot().lines == 200
    # What the refused one had written is gone.
    assert len(state.numbers(far.place)) == 1
    files = [path for bucket in far.place.buckets() for path in far.place.files(bucket)]
    assert len(files) == len(far.snapshot().files)


def test_orders_are_replaced_undone_and_joined_there(far, lines_of, content, stored, tmp_path):
    far.commit_import(Import("i1", "p1", lines_of("i1")))
    again = lines_of("i2").slice(0, 4)
    ids = lines_of("i1")["order_id"].slice(0, 4).combine_chunks()
    again = again.set_column(again.schema.get_field_index("order_id"), "order_id", ids)
    far.commit_import(Import("i2", "p2", again, replaced_orders=ids))
    assert far.snapshot().lines == 200
    other = elsewhere(far, tmp_path)
    other.undo("i2")
    assert content(stored(far)) == content(lines_of("i1"))
    far.commit_import(Import("i3", "p3", lines_of("i3", seed=3)))
    assert compaction.compact(far, whole=True)
    assert check(elsewhere(far, tmp_path).snapshot()) == []
    assert compaction.vacuum(far) == 0


def test_a_ledger_keeps_its_order_lines_there(where, lines_of, tmp_path):
    ledger = Ledger.open(tmp_path / "store", order_lines=where)
    ledger.store.commit_import(Import("i1", "p1", lines_of("i1")))
    assert ledger.refresh().order_lines(["Adler"]).num_rows > 0
    assert not (tmp_path / "store" / "order_lines").exists()
    assert ledger.check() == []


def test_a_file_that_is_gone_there_is_named(far, lines_of, tmp_path):
    far.commit_import(Import("i1", "p1", lines_of("i1")))
    gone = far.snapshot().files[0]
    far.place.delete(gone.path)
    other = elsewhere(far, tmp_path).snapshot()
    assert gone.path in str(check(other)[0])
    with pytest.raises(StoreError, match="missing"):
        map_accounts(other, lambda x: x, Reading())


def test_a_storage_that_does_not_answer_is_said_in_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr(
        "mainstay.ledger.places._PATIENCE", {"max_retries": "0", "connect_timeout": "1s"}
    )
    with pytest.raises(
        StoreError, match=r"can't be reached: Connection refused \(os error 111\)\."
    ):
        OrderStore.open(place_of("s3://mainstay/lines", tmp_path))


def test_a_storage_that_lets_nobody_in_is_said_with_the_variables_to_set():
    told = unreachable("s3://b/x", OSError(_FORBIDDEN))
    assert "with this key into the order store “s3://b/x”: The key is unknown. Set AWS_" in str(
        told
    )
    no_key = unreachable("s3://b/x", OSError(_NO_KEY))
    assert "no key for the order store “s3://b/x”: set AWS_ACCESS_KEY_ID" in str(no_key)
    assert "denied destination" not in str(no_key)


def test_a_bucket_that_is_not_there_is_said_in_the_storages_words(where, tmp_path):
    with pytest.raises(StoreError, match="reached: The specified bucket does not exist"):
        OrderStore.open(place_of("s3://nobodys/lines", tmp_path))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:9999",
        "",
        "http://",
        "http://host:99999",
        "http://my host",
        "ftp://host",
        "http://h ",
    ],
)
def test_an_address_that_is_none_is_refused_before_delta_is_asked(address, monkeypatch, tmp_path):
    """Its library panics at most of them."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    with pytest.raises(InvalidSetting, match=r"AWS_ENDPOINT_URL.* begins with http://"):
        place_of("s3://mainstay/lines", tmp_path)


def test_a_region_that_is_none_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_REGION", "eu central")
    with pytest.raises(InvalidSetting, match="AWS_REGION can't be “eu central”"):
        place_of("s3://mainstay/lines", tmp_path)


@pytest.mark.parametrize("word", ["ftp://host/x", "s3://", "http://host/x"])
def test_no_other_addresses_are_taken(word, tmp_path):
    with pytest.raises(InvalidSetting, match="s3://bucket/folder"):
        place_of(word, tmp_path)


def test_an_address_is_one_place_however_it_is_written(tmp_path):
    one, other = place_of("s3://b/c", tmp_path), place_of("s3a://b/c/", tmp_path)
    assert isinstance(one, ObjectPlace)
    assert one.uri == other.uri == "s3://b/c"
    assert one.folder == other.folder
