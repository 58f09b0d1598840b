"""The sample archive: fiction in the page format."""
