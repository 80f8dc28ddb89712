"""Room for experiments: which lead gets which way of calling, by chance, and what may be concluded from it.

Imported by campaigns and pages. Nothing is here yet.
"""
