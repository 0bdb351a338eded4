"""What rested in the book and what was traded, gathered while the chart is open."""
