"""Addresses of the leads' pages and of signing in and out."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from leads.pipeline import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("leads/", pages.lead_list, name="lead_list"),
]
