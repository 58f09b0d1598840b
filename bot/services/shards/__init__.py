"""Several processes of one bot on one data folder: who serves which servers."""
