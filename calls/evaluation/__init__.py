"""Room for evaluation: word and entity error rates of recognition, and the rubric a conversation is judged by.

Stands on `understanding/`, whose numbers and values it reuses. Nothing is here yet.
"""
