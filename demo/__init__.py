"""Ringside on one machine: a synthetic brokerage and the processes that make its phones ring."""
