"""Work that takes longer than a page: imports and assessments, durable, one at a time.

A page calls `services.ask` and shows the `Job`; the worker process does it, step by step.
"""
