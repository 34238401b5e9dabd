"""The endpoints, one noun a file. Thin: read, one use case, write."""
