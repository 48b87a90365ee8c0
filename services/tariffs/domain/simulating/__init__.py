"""The simulation: recorded declarations under rules that were never recorded, beside the rules that were.

The way of a question through these modules is the way of reading them:

    hypothesis   events that nobody posted, judged by the rule book as if they were posted after the last entry
    drawing      what claims on quotas are granted under some rules, in the order in which they were recorded
    reckoning    one item assessed under some rules: its duty, and what it lacks to the floor
    simulate     a record read once; then every declaration of a period reckoned with and without the hypothesis
    sums         what that comes to, exactly, by member, by line, by importer

Nothing here knows how duty is computed or a rule is broken: it asks `assess_for` and `violations`, so a simulation
says what the service would have said. Nothing is recorded.
"""
