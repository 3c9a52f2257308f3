"""The nodes of Raccord, their wires and the operations behind them."""
