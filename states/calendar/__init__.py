"""Working days: the announced holidays, the layers over them, and counting on the calendar."""
