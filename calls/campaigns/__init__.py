"""Room for campaigns: which leads are called next, how fast, and when a campaign pauses itself.

May use all below it, down to the one function that places a call. Nothing is here yet.
"""
