"""Every limit of the system in one place: sizes, counts, waits, budgets.

A limit that is written where it is used is found again only by the person who hits it. So nobody puts a
limit elsewhere; the unit is the last word before MAX or DEFAULT, and the line below each constant says what
it bounds and, where it is not plain, why this number. Always imported from here.
"""

from contracts.limits.proving import *
from contracts.limits.recording import *
from contracts.limits.reporting import *
from contracts.limits.running import *
