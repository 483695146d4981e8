"""Order histories and a whole distributor whose truth is known, for tests, benchmarks and the demo."""

from mainstay.simulate.cuts import Cut as Cut
from mainstay.simulate.cuts import inject as inject
from mainstay.simulate.distributor import Company as Company
from mainstay.simulate.distributor import Distributor as Distributor
from mainstay.simulate.histories import Decline as Decline
from mainstay.simulate.histories import Feast as Feast
from mainstay.simulate.histories import Plan as Plan
from mainstay.simulate.histories import Simulated as Simulated
from mainstay.simulate.histories import histories as histories
from mainstay.simulate.loads import Load as Load
from mainstay.simulate.loads import stock_up as stock_up
from mainstay.simulate.stockouts import Stockout as Stockout
from mainstay.simulate.stockouts import run_out as run_out
