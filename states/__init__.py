"""The law and a case's life: machine, periods, calendar, outcomes. Pure: today is an argument."""
