"""Question answering: parsing questions, finding and ranking candidates, citing them."""
