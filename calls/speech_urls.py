"""Where the carrier fetches what it plays."""

from django.urls import path

from calls import speech

urlpatterns = [path("speech/<str:digest>.<str:extension>", speech.serve, name="speech_clip")]
