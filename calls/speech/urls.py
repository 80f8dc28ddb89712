"""The URL from which the carrier fetches clips."""

from django.urls import path

from calls.speech import clips

urlpatterns = [path("speech/<str:digest>.<str:extension>", clips.serve, name="speech_clip")]
