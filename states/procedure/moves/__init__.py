"""The moves: one file for each step of the Regulations, in which each move is declared once."""
