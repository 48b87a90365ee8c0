"""Reports: questions that look over many declarations, answered from recorded entries alone, in one pass.

    imports     every item of every declaration as it stands: its terms, its assessment, what was changed
    floors      how an item stands to the price floor of its day, in its importer's currency
    below_floor what was accepted below the floor, and what duty was collected against the gap
    rates       which assessments rest on a rate of exchange, and what they come to if it is corrected
    treatment   the same goods on the same day: why members' duties differ, step by step
    patterns    origins that shift, prices just above a floor, splitting, values lowered later
    coverage    measures that no longer cover what they covered before goods were reclassified

A report is read at (V, K) like everything else: K is the last entry that was read, V the day of acceptance of each
item. It takes items in any order and keeps sums, so its memory grows with its rows and not with the declarations.
What a report suspects is said as what was found, never as a verdict.
"""
