"""The timeline on a lead's page in the back office."""

from django.test import Client
from django.urls import reverse

from leads.models import Activity, Lead


def test_a_line_of_the_timeline_is_shown_but_cannot_be_added_or_edited(office: Client, lead: Lead) -> None:
    Activity.objects.create(lead=lead, kind="note", summary="Asked about the garden")
    answer = office.get(reverse("admin:leads_lead_change", args=[lead.pk]))
    [timeline] = [each for each in answer.context["inline_admin_formsets"] if each.opts.model is Activity]
    assert "Asked about the garden" in answer.content.decode()
    assert not timeline.has_add_permission
    assert not timeline.has_change_permission
    assert not timeline.formset.can_delete
