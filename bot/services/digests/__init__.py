"""Scheduled digests: planning, composing, posting each occurrence once, and history."""
