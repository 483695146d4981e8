"""Statistics of who still buys: NumPy in, NumPy out; fitted values end in `_`."""
