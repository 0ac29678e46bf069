"""Paper codes: for whoever has no phone. Half a year long, without a colour, and dead once another is issued."""
