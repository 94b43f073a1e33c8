"""The life of a case under the law: its moves, its periods, and how a history gives the state of the case."""
