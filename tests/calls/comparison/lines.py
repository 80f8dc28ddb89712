"""The test lines that comparisons of the tests ring."""

LINES = "+15125550181 +15125550182 +15125550183"
