"""The written form of requests and answers: pydantic models, one noun a file. Must not decide anything."""
