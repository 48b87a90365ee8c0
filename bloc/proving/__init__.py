"""Making a proof bundle: what it needs (`collecting`), its inclusion proofs (`paths`), both read from a ledger
(`gathering`); its files in a folder (`folder`), and what it proves in words (`telling`). Checking one needs none of
this: that is contracts/verification/bundle.py."""
