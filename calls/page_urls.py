"""URLs of the pages that show calls."""

from django.urls import path

from calls.comparison import pages as comparison_pages
from calls.dashboard import pages
from calls.lead_actions import list_page
from calls.lead_actions import pages as lead_pages

urlpatterns = [
    path("leads/", list_page.lead_list, name="lead_list"),
    path("leads/<uuid:pk>/", lead_pages.lead_detail, name="lead_detail"),
    path("leads/<uuid:pk>/call", lead_pages.lead_call, name="lead_call"),
    path("leads/<uuid:pk>/compare", lead_pages.lead_compare, name="lead_compare"),
    path("calls/", pages.call_list, name="call_list"),
    path("calls/<uuid:pk>/", pages.call_detail, name="call_detail"),
    path("calls/<uuid:pk>/end", pages.call_end, name="call_end"),
    path("calls/<uuid:pk>/take-over", pages.call_take_over, name="call_take_over"),
    path("recordings/<int:pk>/", pages.recording_audio, name="recording_audio"),
    path("comparisons/", comparison_pages.comparison_list, name="comparison_list"),
    path("comparisons/<uuid:pk>/", comparison_pages.comparison_detail, name="comparison_detail"),
]
