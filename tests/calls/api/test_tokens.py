"""Who may see which call, who may place one in another's name, and whose token is whose."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.api.tokens import issue_token, may_act_for, tokens_visible_to, user_of_token
from calls.models import ApiToken, Call, Comparison
from leads.models import Lead
from tests.people import make_call, make_lead


def test_calls_follow_their_leads(lead: Lead, omar: User, bob: User, mona: User, ana: User, zoe: User) -> None:
    call, unowned = make_call(lead), make_call(make_lead())
    assert set(Call.objects.visible_to(omar)) == {call, unowned}
    assert set(Call.objects.visible_to(bob)) == {unowned}
    assert set(Call.objects.visible_to(mona)) == set(Call.objects.visible_to(ana)) == {call, unowned}
    assert not Call.objects.visible_to(zoe).exists()


def test_comparisons_follow_their_leads(lead: Lead, omar: User, bob: User) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    assert list(Comparison.objects.visible_to(omar)) == [comparison]
    assert not Comparison.objects.visible_to(bob).exists()


def test_managers_may_act_for_others(omar: User, bob: User, mona: User, ana: User) -> None:
    assert may_act_for(omar, omar)
    assert not may_act_for(omar, bob)
    assert may_act_for(mona, bob)
    assert may_act_for(ana, bob)


def test_a_token_leads_to_its_user_until_revoked(omar: User) -> None:
    raw = issue_token(omar)
    assert user_of_token(raw) == omar
    assert user_of_token(raw + "x") is None
    assert raw not in str(ApiToken.objects.values())
    ApiToken.objects.update(revoked_at=now())
    assert user_of_token(raw) is None


def test_a_token_ends_by_itself(omar: User) -> None:
    raw = issue_token(omar, days=30)
    token = ApiToken.objects.get()
    assert timedelta(days=29) < token.expires_at - now() <= timedelta(days=30)
    assert user_of_token(raw) == omar
    ApiToken.objects.update(expires_at=now() - timedelta(seconds=1))
    assert user_of_token(raw) is None


def test_tokens_are_seen_by_their_owner_and_by_managers(omar: User, bob: User, mona: User, ana: User) -> None:
    issue_token(omar)
    issue_token(mona)
    assert {token.user for token in tokens_visible_to(omar)} == {omar}
    assert not tokens_visible_to(bob).exists()
    assert {token.user for token in tokens_visible_to(mona)} == {omar, mona}
    assert tokens_visible_to(ana).count() == 2


def test_two_tokens_of_one_user_both_work(omar: User) -> None:
    first, second = issue_token(omar), issue_token(omar)
    assert user_of_token(first) == user_of_token(second) == omar
