"""Polars: the summary of order days, lazily, over a frame in memory. POLARS_MAX_THREADS says how many threads."""

import polars as pl

LIBRARIES = ("polars",)


def summary(data):
    lines = pl.DataFrame({"account": data["account"], "day": data["day"]})
    last = int(data["as_of"]) - 1
    day = pl.col("day")
    query = (
        lines.lazy()
        .group_by("account")
        .agg(x=day.n_unique() - 1, t_x=day.max() - day.min(), T=last - day.min())
    )
    lines[:100].lazy().group_by("account").len().collect()

    def work():
        # The quicker of both engines, and n_unique quicker than unique() or two group_by.
        found = query.collect(engine="streaming")
        return {name: found[name].to_numpy() for name in ("account", "x", "t_x", "T")}

    return work


TASKS = {"summary": summary}
