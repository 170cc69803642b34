"""What an operator does with the data as a whole: keep a copy, bring it back, take it elsewhere."""
