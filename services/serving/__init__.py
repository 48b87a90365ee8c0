"""What both services are run with: an HTTP server, one way for anything to go wrong, logs, when to stop.

None of it knows what the bloc is about or which of the services it runs, so sharing it couples neither to the other:
each could take its copy along, and would then mend each fault of it twice.
"""
