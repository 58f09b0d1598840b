"""Files, folders and archives within archives, gone through one at a time."""
