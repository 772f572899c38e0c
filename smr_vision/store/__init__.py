"""The history: people, sessions, sets and faults, and the journal of the session going on."""

from smr_vision.store.history import Entry, Forgotten, Journal, Person, SetEntry, Store, default_db

__all__ = ["Entry", "Forgotten", "Journal", "Person", "SetEntry", "Store", "default_db"]  # fmt: skip
