"""The sandbox's own pages: the inspector at ``/sandbox/`` and the browser phone at ``/sandbox/phone``."""
