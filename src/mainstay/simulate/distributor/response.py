"""How accounts respond to what is done about them: every constant of it, frozen.

Judged before any plan was measured against them, from what is published where something is
(docs/simulator.md says what, and what each is for). A test holds that page to these values.

A factor is what is left of a disappointment (or of the unrest) afterwards: 1 = all of it.
"""

from __future__ import annotations

# Visits and listening
HEARD_OUT = 0.6  # of the unrest, when somebody senior listens
HEARD = 0.85  # of it, when it is their own manager who asks for their opinion
EXPLAINED = 0.8  # of what is felt of courtesy, people, turmoil and a new owner, when somebody senior listens
HEARD_AGAIN_WEEKS = 13  # before which listening once more is a visit like others
RHYTHM_KEPT = 0.8  # accustomed gaps after which the next visit comes, while the rhythm is kept
CLUMSY = 0.4  # discourtesy felt of a visit that leaves what is overdue undone
CLUMSY_AGAIN_WEEKS = 13  # before which a further one adds nothing
# Putting right
APOLOGY = 0.7  # of what is felt of the service, or of a promise, that was put right before
EMPTY_APOLOGY = 0.3  # discourtesy felt of one while the matter is still open
INTRODUCED = 0.67  # of the loss of a manager; a known colleague saves 25 to 40% (Shi et al. 2017)
TIE_CARRIED = 0.6  # of the tie to the one before, carried over by an introduction
NEWLY_CHANGED_WEEKS = 39  # for which a new manager can still be introduced
REDELIVERED = 0.7  # of what is felt of deliveries, when it is looked into with them
REPORTED = 0.65  # of what is felt of quality, when production reports on it
TERMS_EASED = 0.35  # of what is felt of harsh terms, and of holds
TERMS_DAYS = 20  # longer to pay
CAN_MAKE = 0.5  # of products asked for that we can make
MADE = 0.4  # of what is felt of the fit, when we make it
HONEST_NO = 0.6  # of what is felt of slow answers, when the answer is no
TRIED = 0.6  # of what is felt of an old or a discontinued product, when they try the newest
HELPED = 0.6  # of what is felt of slow service, when they are trained or helped on site
# Relationship
WOVEN = 0.6  # of what is felt when one of ours goes whom they are not alone in knowing
WOVEN_TIE = 0.15
DEEPER_TIE = 0.5
JOINT_TIE = 0.3
AGREED_TIE = 0.05
JOINED = 0.75  # of what is felt of a new owner, or of a decision of the chain, with goals in common
JOINT_WEEKS = 52
READY = 1.0  # tolerances of disappointment above which a proposal comes at the wrong time
# Rivals: of the pull of an offer, as long as it lasts
DEEPER_PULL = 0.8
CRITERIA_PULL = 0.6
CRITERIA_WEEKS = 52
TRIAL_PULL = 0.5
TRIAL_WEEKS = 39
HELP_PULL = 0.6
HELP_WEEKS = 39
JOINT_PULL = 0.75
CONTEST_PULL = 0.85
CONTEST_WEEKS = 13
PROMOTION_PULL = 0.4  # less, of the pull of prices, by a promotion of FULL_PROMOTION
PROMOTION_WEEKS = 26
FULL_PROMOTION = 0.03  # of what they need in a year
MATCHED = 0.12  # of the price, by which the pull of a price offer is gone
EVEN_HANDED = 0.6  # of what is felt of unbalanced attention, when a promotion is theirs
# Comparing, and coming back
STIRRED = 0.4  # of the patience, in the week in which an unasked offer makes them compare
UNASKED = 0.3  # felt of prices, below which an offer of money is unasked
RESCUE_WEEKS = 6  # after a review, in which orders are still moving
OPEN_SOON = 0.6  # of the accounts look at us again when they are asked in that time
OPEN_LATER = 0.3  # of them later; 20 to 40% are won back (Griffin & Lowenstein 2001)
OPEN_ANEW_WEEKS = 26  # after which those who would not may
RESCUED = 0.7  # of what the look would win comes back, while orders are moving
WON_BACK = 0.6  # of it, later
PRICE_WEEKS = 26  # until a price that was lowered by a play goes back
