"""Tokenizes, trains, exports and samples the models of Apprentice. `docs/training.md` is the guide to it."""
