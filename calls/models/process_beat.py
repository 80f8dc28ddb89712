"""Signs of life of the processes that nobody asks over HTTP: the worker and the dialer."""

from django.db import models


class ProcessBeat(models.Model):
    """The last sign of life of one process; `name` is its role, its machine and its process id."""

    name = models.CharField(max_length=120, primary_key=True)
    role = models.CharField(max_length=20, db_index=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
