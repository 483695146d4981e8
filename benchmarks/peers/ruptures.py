"""ruptures: one changepoint per series by KernelCPD; `FILE.npz`; prints JSON. Own environment."""

import json
import sys
import time

# The script bears the package's name; its own folder must not hide it.
sys.path.pop(0)

import numpy as np
import ruptures


def main():
    counts = np.load(sys.argv[1])["counts"].astype(float)
    begin = time.process_time()
    since = [ruptures.KernelCPD(kernel="linear").fit_predict(row, n_bkps=1)[0] for row in counts]
    seconds = time.process_time() - begin
    print(json.dumps({"seconds": seconds, "since": since}))


main()
