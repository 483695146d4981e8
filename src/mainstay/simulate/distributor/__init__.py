"""A made-up distributor: accounts with a mind, staff, stock, prices, rivals; what is written down of it,
and what is true."""

from mainstay.simulate.distributor.actions import Action as Action
from mainstay.simulate.distributor.actions import AnswerRequest as AnswerRequest
from mainstay.simulate.distributor.actions import GiveStock as GiveStock
from mainstay.simulate.distributor.actions import HandOver as HandOver
from mainstay.simulate.distributor.actions import KeepPromise as KeepPromise
from mainstay.simulate.distributor.actions import LowerPrice as LowerPrice
from mainstay.simulate.distributor.actions import PayRebate as PayRebate
from mainstay.simulate.distributor.actions import SolveComplaint as SolveComplaint
from mainstay.simulate.distributor.actions import Visit as Visit
from mainstay.simulate.distributor.company import Company as Company
from mainstay.simulate.distributor.distributor import Distributor as Distributor
