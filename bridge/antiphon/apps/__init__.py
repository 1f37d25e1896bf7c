"""Plain users of the public names: the demo, its excerpt of piano music, and the pictures it draws."""
