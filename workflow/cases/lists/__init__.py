"""Lists and search: pages of cases with their lamps, the pairs by which names and subjects are found, look-alikes."""
