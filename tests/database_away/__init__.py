"""The database goes away under live calls of both AI types, and every lead asks not to be called meanwhile."""
