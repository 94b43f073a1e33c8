"""Internal approval: a proposed move goes from hand to hand, and is made when the last hand has signed it."""
