"""The page of `duebridge local`: borrowers' phones on one side, the operator's desk on the other, and the clock."""
