"""How often accounts are to be visited, where a company has set nothing else."""

from __future__ import annotations

# Weeks between two visits, by tier.
VISIT_WEEKS = {"A": 4, "B": 8, "C": 26}
# What counts as a visit: to have sat together, also on a screen. Calls and messages do not.
SAT_TOGETHER = ("visit", "visited_us", "video")
STRETCH = 2  # a day that was agreed may be as many rhythms away
