"""Tariff quotas: who was granted how much of a period's volume, in order of recording.

A volume is a rule and lives in the rules state, where it is read at (V, K) and may be corrected; what was drawn of it
lives on the stream of the period, `quota_balance/{order_number}/{period_from}`, whose version stops two drafts from
taking the same tonne. Left is the one less the other, so neither has to be kept in step with the other.

    balance   BalanceState and its fold: what each item was granted and gave back
    periods   which period of an order number a day lies in, and which balances a declaration reads
    drawing   what is left for an item, and the events that follow from granting and from giving back
    view      the balance at (V, K), and who was cut off
"""
