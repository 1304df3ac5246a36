"""Training of the bundled Spanish pipeline, from treebanks and name corpora to a packaged model (see README.md)."""
