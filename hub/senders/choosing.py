"""Which of the notices that are due leave now, joined to which letters; and, right before a letter leaves, what of it is still true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import partial

from hub.core.notices import NoticeState, spoken_of
from hub.core.telling import Telling, Terms, may_leave
from hub.senders.channels import Channel, ways
from hub.senders.pace import Pace
from hub.senders.ready import JOINED, Ready, letter_id, may_join, waits_for
from hub.store import notices as store
from hub.store.notices import Companion, LetterFacts
from hub.store.sql import Connection

NO_ADDRESS = "no e-mail address: tell the patron another way"
NO_WAY = "the patron can be reached by none of these ways: {ways}; tell them another way, or mend what is known of them"
BAD_ADDRESS = "the e-mail address is not one: mend it, or tell the patron another way"


@dataclass(slots=True)
class Chosen:
    """Letters that leave, and what is to be written before they do."""

    letters: list[Ready] = field(default_factory=list)
    changes: list[Callable[[], None]] = field(default_factory=list)
    untrue: list[LetterFacts] = field(default_factory=list)
    unreachable: list[LetterFacts] = field(default_factory=list)

    def write(self) -> None:
        """Write it, in the open transaction."""
        for change in self.changes:
            change()

    @property
    def ended(self) -> bool:
        """Say whether a notice came to its end, which others hear of."""
        return bool(self.untrue or self.unreachable)


class Choosing:
    """Reads a batch of notices at once and writes nothing itself."""

    def __init__(
        self, connection: Connection, channels: Sequence[Channel], telling: Telling, *, domain: str, zone: tzinfo, pace: Pace
    ) -> None:  # fmt: skip
        self._connection, self._channels, self._telling = connection, channels, telling
        self._domain, self._zone, self._pace = domain, zone, pace

    def follow(self, telling: Telling) -> None:
        """Go by other terms from the next letter on."""
        self._telling = telling

    def may_be_sooner(self, now: datetime) -> Chosen:
        """Let what waits under former terms be due as soon as its own wait is over: whether it is to wait longer is settled anew then."""
        chosen = Chosen()
        for waits in store.postponed(self._connection, now):
            first = max(now, waits.queued_at + self._telling.at(waits.desk, waits.partner).grace(waits.type))
            if first < waits.not_before:
                chosen.changes.append(partial(store.postpone, self._connection, waits.key, first, now))
        return chosen

    def letters(self, keys: Sequence[int], now: datetime) -> Chosen:
        """Give what leaves of notices that are due; the letters' names are among the changes."""
        facts = store.letter_facts(self._connection, keys)
        beside = store.companions(self._connection, facts.values())
        missing = {other.key for some in beside.values() for other in some} - facts.keys()
        batch = _Batch(now, facts | store.letter_facts(self._connection, sorted(missing)), beside)
        for key in keys:
            if key not in batch.over:
                self._choose(batch, key)
        return batch.chosen

    def again(self, ready: Ready, now: datetime) -> tuple[Ready | None, Chosen]:
        """Give a letter as it is now: less what is no longer true, None where it is not to leave now or not by this way."""
        facts = store.letter_facts(self._connection, [each.key for each in ready.all])
        batch = _Batch(now, facts, {})
        true = self._true(batch, (each.key for each in ready.all))
        if not true:
            return None, batch.chosen
        terms = self._telling.at(true[0].desk, true[0].partner)
        if (later := may_leave(terms, now, self._zone, true[0].desk_opening)) > now:
            for each in true:
                self._postpone(batch, each.key, later)
            return None, batch.chosen
        found = self._way(batch, true, terms, ready.id)
        return (found if found is not None and found.channel.name == ready.channel.name else None), batch.chosen

    def _choose(self, batch: _Batch, key: int) -> None:
        true = self._true(batch, [key])
        if not true:
            return
        first, now = true[0], batch.now
        terms = self._telling.at(first.desk, first.partner)
        if (later := may_leave(terms, now, self._zone, first.desk_opening)) > now:
            self._postpone(batch, key, later)
            return
        others = batch.companions(key)
        if first.message_id is None and first.type in JOINED and (until := waits_for(first, others, terms, now)) is not None:
            self._postpone(batch, key, until)
            return
        joined = (first, *self._true(batch, may_join(first, others, terms, now)))
        ready = self._way(batch, joined, terms, first.message_id or letter_id(joined, self._domain))
        if ready is None:
            return
        if (later := self._pace.next(ready.domain, now, batch.to_domain[ready.domain])) > now:
            self._postpone(batch, key, later)
            return
        batch.to_domain[ready.domain] += 1
        batch.over.update(each.key for each in joined)
        if first.message_id is None:
            keys = [each.key for each in joined]
            batch.chosen.changes.append(partial(store.name_letter, self._connection, keys, ready.id))
        batch.chosen.letters.append(ready)

    def _true(self, batch: _Batch, keys: Iterable[int]) -> list[LetterFacts]:
        """Give those that are queued and true; one that is no longer true is over."""
        found = []
        for key in keys:
            facts = batch.facts.get(key)
            if facts is None or facts.state is not NoticeState.QUEUED or key in batch.over:
                continue
            # One whose patron is forgotten is nobody's, and no work for staff either.
            about = None if facts.patron is None else spoken_of(facts.type, facts.about, facts.episode, batch.now, self._zone)
            if about is not None:
                found.append(replace(facts, about=about))
                continue
            batch.over.add(key)
            batch.chosen.untrue.append(facts)
            batch.chosen.changes.append(partial(store.mark_suppressed, self._connection, key, batch.now, _why(facts)))
        return found

    def _way(self, batch: _Batch, all_: Sequence[LetterFacts], terms: Terms, named: str) -> Ready | None:
        """Choose the way a letter goes; where there is none, that is work for staff."""
        first = all_[0]
        found = ways(self._channels, first.channels or terms.channels, first)
        names = [channel.name for channel, _ in found]
        # What the patron wishes may have changed since one of the ways failed.
        rest = found[names.index(first.channel) :] if first.channel in names else found
        if rest:
            return Ready(tuple(all_), terms, named, *rest[0], tuple(channel.name for channel, _ in rest[1:]))
        for facts in all_:
            batch.over.add(facts.key)
            batch.chosen.unreachable.append(facts)
            batch.chosen.changes.append(partial(store.mark_failed, self._connection, facts.key, _unreachable(facts, terms), batch.now))
        return None

    def _postpone(self, batch: _Batch, key: int, until: datetime) -> None:
        batch.later[key] = until
        batch.chosen.changes.append(partial(store.postpone, self._connection, key, until, batch.now))


@dataclass(slots=True)
class _Batch:
    """What is known of a batch, and what was settled of it so far."""

    now: datetime
    facts: dict[int, LetterFacts]
    beside: dict[int, list[Companion]]
    chosen: Chosen = field(default_factory=Chosen)
    over: set[int] = field(default_factory=set)
    """Those that are in a letter, or have come to their end."""
    later: dict[int, datetime] = field(default_factory=dict)
    to_domain: Counter[str] = field(default_factory=Counter)

    def companions(self, key: int) -> list[Companion]:
        """Give those that may still share a letter with this one."""
        rest = [other for other in self.beside.get(key, ()) if other.key not in self.over]
        return [replace(other, not_before=self.later.get(other.key, other.not_before)) for other in rest]


def _unreachable(facts: LetterFacts, terms: Terms) -> str:
    """Say why a patron cannot be reached."""
    wished = facts.channels or terms.channels
    if tuple(wished) == (store.MAIL,):
        return BAD_ADDRESS if facts.email else NO_ADDRESS
    return NO_WAY.format(ways=", ".join(wished))


def _why(facts: LetterFacts) -> str:
    """Say why a notice is not sent, without the patron."""
    if facts.patron is None:
        return "the patron is forgotten"
    item = facts.about.item
    return f"request {facts.about.request.state}" if item is None else f"item {item.state}"
