"""What Crosstalk decides, with the standard library only; it never stores, sends or asks the time."""
