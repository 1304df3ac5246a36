"""The command line (`python -m kg`)."""
