"""What an audit shows, what a report over many declarations lists, and from where on a pattern is worth a look."""

VALUE_SHOWN_CHARACTERS_MAX = 200
"""Of a recorded value that an audit finds to differ."""
DIFFERENCES_SHOWN_MAX = 5
"""Differences that an audit names between a derived event and the one that should stand there."""
REPORT_NAMED_MAX = 5
"""Declarations that a row of a report names, the weightiest first; the row counts all of them."""
REPORT_ITEMS_LISTED_MAX = 1_000
"""Items that a report lists one by one, those with most at stake; the totals are of all."""
NEAR_FLOOR_PERCENT = 1
"""Of the floor: how far above it a price still counts as just above."""
NEAR_FLOOR_ITEMS_MIN = 3
"""Items of one exporter just above a floor, below which that is chance."""
NEAR_FLOOR_SHARE_PERCENT = 50
"""Of the exporter's items of the line: how many are just above the floor where it is a pattern."""
ORIGIN_SHIFT_POINTS = 50
"""Percentage points by which the share of bloc origins in an importer's mass of a line rises when a floor does."""
SPLIT_DECLARATIONS_MIN = 3
"""Declarations of one importer for one line from one exporter on one day that make a splitting."""
LOWERED_ITEMS_MIN = 3
"""Items of one exporter whose value was lowered after acceptance; fewer count only if that took them below a floor."""
EQUIVALENT_DIGITS = 6
"""Digits after the point of an ad valorem equivalent in percent: a cent in a hundred million."""
