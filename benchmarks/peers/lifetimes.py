"""lifetimes 0.11: `fit FILE.npz` or `summary FILE.npz`; prints JSON. Runs in its own environment."""

import json
import sys
import time

# The script bears the package's name; its own folder must not hide it.
sys.path.pop(0)

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter
from lifetimes.utils import summary_data_from_transaction_data


def fit(data, weights=None):
    begin = time.process_time()
    model = BetaGeoFitter().fit(data["x"], data["t_x"], data["T"], weights=weights)
    seconds = time.process_time() - begin
    return {"seconds": seconds, "params": list(model.params_[["r", "alpha", "a", "b"]])}


def summary(data, out):
    lines = pd.DataFrame(
        {
            "account": data["account"],
            "day": data["day"].astype("datetime64[D]").astype("datetime64[ns]"),
        }
    )
    last = pd.Timestamp(np.datetime64(int(data["as_of"]) - 1, "D"))
    begin = time.process_time()
    found = summary_data_from_transaction_data(lines, "account", "day", observation_period_end=last)
    seconds = time.process_time() - begin
    np.savez(out, account=found.index, x=found.frequency, t_x=found.recency, T=found["T"])
    return {"seconds": seconds}


def main():
    data = np.load(sys.argv[2])
    if sys.argv[1] == "fit":
        result = fit(data)
    elif sys.argv[1] == "fit_gathered":
        result = fit(data, weights=data["weights"])
    else:
        result = summary(data, sys.argv[3])
    print(json.dumps(result))


main()
