"""What a person draws on a chart: shapes that stay at their times and prices."""
