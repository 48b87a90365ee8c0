"""Making an evidence pack: what of the record concerns a subject (`surveying`), what stands in it (`index`), the page
for people (`page`), and the files (`packing`). Checking one needs none of this: contracts/verification/evidence.py."""
