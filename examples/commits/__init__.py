"""A real input: who is one person in 20 years of a public project's commits. docs/howto/commits.md tells it."""
