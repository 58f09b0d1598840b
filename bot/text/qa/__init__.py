"""The parts of answering: what is asked, what could answer it, how well, and what is made of that."""
