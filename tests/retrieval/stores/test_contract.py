"""What every store does: a store that is put into the folder is tested without a change here."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.errors import StoreError


def unit(*values: float) -> NDArray[np.float32]:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


X, Y, Z = unit(1, 0, 0), unit(0, 1, 0), unit(0, 0, 1)
XY = unit(1, 1, 0)


def filled(open_index, name: str = "ibid-one"):
    index = open_index(name)
    index.upsert([11, 12, 13], np.stack([X, Y, Z]))
    return index


def test_the_nearest_come_first_with_their_cosines(open_index) -> None:
    found = filled(open_index).query(unit(3, 4, 0), 3)
    assert [key for key, _ in found] == [12, 11, 13]
    assert [cosine for _, cosine in found] == pytest.approx([0.8, 0.6, 0.0], abs=1e-5)


def test_no_more_than_asked_and_no_more_than_there_are(open_index) -> None:
    index = filled(open_index)
    assert [key for key, _ in index.query(Z, 1)] == [13]
    assert len(index.query(Z, 50)) == 3
    assert index.query(Z, 0) == []


def test_count_and_keys(open_index) -> None:
    index = filled(open_index)
    assert index.count() == 3
    assert sorted(index.keys()) == [11, 12, 13]


def test_a_key_that_comes_again_is_replaced(open_index) -> None:
    index = filled(open_index)
    index.upsert([13, 14], np.stack([XY, Z]))
    assert sorted(index.keys()) == [11, 12, 13, 14]
    assert index.query(XY, 1)[0] == (13, pytest.approx(1.0, abs=1e-5))
    assert index.query(Z, 1)[0][0] == 14


def test_what_is_deleted_is_not_found(open_index) -> None:
    index = filled(open_index)
    index.delete([11, 99])
    index.delete([])
    assert sorted(index.keys()) == [12, 13]
    assert [key for key, _ in index.query(X, 3)] in ([12, 13], [13, 12])
    index.delete([12, 13])
    assert (index.count(), list(index.keys()), index.query(X, 3)) == (0, [], [])
    index.upsert([11], X[None, :])
    assert index.query(X, 3) == [(11, pytest.approx(1.0, abs=1e-5))]


def test_an_empty_index_finds_nothing(open_index) -> None:
    index = open_index()
    assert (index.count(), list(index.keys()), index.query(X, 5)) == (0, [], [])
    index.upsert([], np.empty((0, 3), dtype=np.float32))
    assert index.count() == 0


def test_what_was_written_is_there_when_it_is_opened_again(open_index) -> None:
    filled(open_index).close()
    again = open_index()
    assert sorted(again.keys()) == [11, 12, 13]
    assert again.query(Y, 1)[0][0] == 12


def test_two_names_are_apart(open_index) -> None:
    one, two = filled(open_index), open_index("ibid-two")
    two.upsert([11], Z[None, :])
    assert (one.count(), two.count()) == (3, 1)
    assert one.query(X, 1)[0][0] == 11
    assert two.query(X, 1) == [(11, pytest.approx(0.0, abs=1e-5))]
    two.delete([11])
    assert one.count() == 3


def test_a_dropped_index_is_empty_and_others_stay(open_index) -> None:
    filled(open_index).close()
    filled(open_index, "ibid-two").close()
    open_index.store.drop(open_index.folder, "ibid-one")
    open_index.store.drop(open_index.folder, "ibid-one")
    assert open_index().count() == 0
    assert open_index("ibid-two").count() == 3


@pytest.mark.parametrize("shape", [(2, 4), (1, 3), (2, 0)])
def test_vectors_of_another_shape_are_refused(open_index, shape) -> None:
    index = open_index()
    with pytest.raises(ValueError, match="2 keys of 3 dimensions"):
        index.upsert([1, 2], np.zeros(shape, dtype=np.float32))
    assert index.count() == 0


def test_more_than_one_request_holds(open_index) -> None:
    index = open_index()
    keys = list(range(1, 4_502))
    angles = np.linspace(0, np.pi / 2, len(keys))
    vectors = np.stack([np.cos(angles), np.sin(angles), np.zeros(len(keys))], axis=1).astype(np.float32)
    index.upsert(keys, vectors)
    assert index.count() == 4_501
    assert sorted(index.keys()) == keys
    nearest = index.query(X, 5)
    assert nearest[0][1] == pytest.approx(1.0, abs=1e-4)
    index.delete(keys[1:])
    assert list(index.keys()) == [1]


def test_an_index_whose_name_is_none_is_a_store_error(open_index) -> None:
    with pytest.raises(StoreError, match="the vector store cannot be opened"):
        open_index("no name/")
