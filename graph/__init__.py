"""The domain: identifiers, consent, policy, resolution and its stores. Must not know HTTP or the command line."""
