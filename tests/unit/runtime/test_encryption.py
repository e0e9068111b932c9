"""Sealed values: opened again, by nobody without the key, in no other column, and not when changed."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from dbwright.errors import UsageError
from dbwright.runtime.encrypted_columns import BlindIndex, Encrypted
from dbwright.runtime.encryption import INDEX_LENGTH, OVERHEAD, CannotOpen, Form, KeyRing

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
KEYS = KeyRing({1: OLD})
FORMS: tuple[Form, ...] = ("random", "deterministic")


@given(st.binary(max_size=300), st.sampled_from(FORMS))
def test_what_was_sealed_is_opened(value: bytes, form: Form) -> None:
    sealed = KEYS.seal(value, "users.email", form)
    assert KEYS.open(sealed, "users.email") == value
    assert len(sealed) <= len(value) + OVERHEAD
    assert len(value) < 4 or value not in sealed


@given(st.binary(max_size=40), st.sampled_from(FORMS), st.data())
def test_a_changed_value_is_not_opened(value: bytes, form: Form, data: st.DataObject) -> None:
    sealed = bytearray(KEYS.seal(value, "users.email", form))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotOpen):
        KEYS.open(bytes(sealed), "users.email")


@given(st.binary(max_size=60))
def test_what_was_never_sealed_is_not_opened(value: bytes) -> None:
    with pytest.raises(CannotOpen):
        KEYS.open(value, "users.email")


@pytest.mark.parametrize("form", FORMS)
def test_neither_in_another_column_nor_with_another_key(form: Form) -> None:
    sealed = KEYS.seal(b"anna", "users.email", form)
    with pytest.raises(CannotOpen, match="another column"):
        KEYS.open(sealed, "users.phone")
    with pytest.raises(CannotOpen, match="another column"):
        KeyRing({1: NEW}).open(sealed, "users.email")
    with pytest.raises(CannotOpen, match="the key 1, which is not in the key ring"):
        KeyRing({2: NEW}).open(sealed, "users.email")


def test_equal_values_stay_equal_only_where_that_is_wanted() -> None:
    assert KEYS.seal(b"a", "c") != KEYS.seal(b"a", "c")
    assert KEYS.seal(b"a", "c", "deterministic") == KEYS.seal(b"a", "c", "deterministic")
    assert KEYS.seal(b"a", "c", "deterministic") != KEYS.seal(b"a", "d", "deterministic")


def test_a_new_key_opens_what_the_old_one_sealed() -> None:
    both = KeyRing({2: NEW, 1: OLD})
    sealed = KEYS.seal(b"anna", "users.email")
    assert both.open(sealed, "users.email") == b"anna"
    assert both.is_old(sealed)
    assert not both.is_old(both.seal(b"anna", "users.email"))
    assert both.index(b"anna", "users.email") == KEYS.index(b"anna", "users.email")
    with pytest.raises(CannotOpen):
        KEYS.open(both.seal(b"anna", "users.email"), "users.email")


def test_a_blind_index_tells_equality_alone() -> None:
    index = KEYS.index(b"anna", "users.email")
    assert len(index) == INDEX_LENGTH
    assert index == KEYS.index(b"anna", "users.email")
    assert (
        len(
            {
                index,
                KEYS.index(b"anna", "users.phone"),
                KEYS.index(b"bea", "users.email"),
                KeyRing({1: NEW}).index(b"anna", "users.email"),
            }
        )
        == 4
    )


def test_a_key_ring_from_a_text() -> None:
    text = f"2:{base64.b64encode(NEW).decode()}, 1:{base64.b64encode(OLD).decode()}"
    ring = KeyRing.read(text)
    assert repr(ring) == "KeyRing(keys 2, 1)"
    assert ring.open(KEYS.seal(b"x", "c"), "c") == b"x"
    for wrong in ("", "1", "1:", "x:abcd", f"1:{text}", "1:c2hvcnQ="):
        with pytest.raises(UsageError) as caught:
            KeyRing.read(wrong)
        assert base64.b64encode(NEW).decode() not in str(caught.value)
    with pytest.raises(UsageError, match="needs a key"):
        KeyRing({})
    assert len(KeyRing.new_key()) == 32


def test_the_types_of_sqlalchemy(tmp_path: Path) -> None:
    class Base(DeclarativeBase):
        pass

    class User(Base):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str | None] = mapped_column("email_encrypted", Encrypted(KEYS, "users.email"))
        email_index: Mapped[str | None] = mapped_column(BlindIndex(KEYS, "users.email"), unique=True)
        code: Mapped[str | None] = mapped_column(Encrypted(KEYS, "users.code", form="deterministic"))

    path = tmp_path / "users.db"
    engine = create_engine(f"sqlite:///{path}")
    try:
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            email = "Änna@example.com"
            session.add_all(
                [User(email=email, email_index=email, code="42"), User(email=None, email_index=None, code=None)]
            )
            session.commit()
            found = session.scalars(select(User).where(User.email_index == " änna@EXAMPLE.com")).one()
            assert (found.email, found.code, len(found.email_index or "")) == (email, "42", 64)
            assert session.scalars(select(User).where(User.code == "42")).one() is found
            assert session.scalars(select(User).where(User.email.is_(None))).one().email_index is None
            session.add(User(email="x", email_index="ÄNNA@example.com"))
            with pytest.raises(IntegrityError):
                session.flush()
    finally:
        engine.dispose()
    assert b"example.com" not in path.read_bytes()
