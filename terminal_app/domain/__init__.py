"""Hold what trading is: values and rules. Imports the standard library only."""
