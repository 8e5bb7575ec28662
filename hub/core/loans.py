"""Loans: whether one can be renewed, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.core import calendar
from hub.core.request import Item, Reason, Request
from hub.core.seen import Site
from hub.core.words import Words


def renewal(site: Site, words: Words, request: Request, item: Item, at: datetime, now: datetime) -> datetime | str:
    """Give the new end of a loan, or the sentence that says why it cannot be renewed."""
    if item.reason is Reason.RECALLED:
        return words.say("no.renew.recalled", title=request.title)
    if item.renewals >= site.policy.renewals:
        return words.say("no.renew.often", title=request.title, times=item.renewals)
    due = calendar.due_at(at, request.partner_due, site.policy, site.zone)
    if item.due_at is None or (due > item.due_at and not _must_go_home(site, request, at)):
        return due
    today = calendar.local_day(now, site.zone)
    if request.partner_due is None:
        return words.say("no.renew.early", title=request.title, due=words.day(item.due_at, today, site.zone))
    home = words.day(request.partner_due, today, site.zone)
    return words.say("no.renew.partner", title=request.title, partner_due=home, due=words.day(item.due_at, today, site.zone))


def _must_go_home(site: Site, request: Request, at: datetime) -> bool:
    """Say whether a book must be on its way to its lender by now: then not even today is given."""
    if request.partner_due is None:
        return False
    return request.partner_due - timedelta(days=site.policy.shipping_margin_days) < calendar.local_day(at, site.zone)
