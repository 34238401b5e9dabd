"""Whole-graph work on arrays: components, rankings, fission, evaluation. Must not run inside a request or know a store."""
