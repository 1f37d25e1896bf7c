"""OSC: the table of addresses, a value for each message, and the strict codec between bytes and messages."""
