"""URLs of the front page and of signing in and out. The pages of leads show calls, so their URLs are in `calls`."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from leads.pipeline import pages

urlpatterns = [
    path("", pages.front_page, name="home"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
