"""A case's life by the law: its moves, the periods they open and end, and the fold of its history."""
