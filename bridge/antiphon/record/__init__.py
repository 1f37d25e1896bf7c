"""What was played, kept: a database of sessions, the thread that writes it, and the ways to read it back.

`store` is the database as a place to write to, `writer` the queue and the thread before it; `reader` lists and reads
sessions; `played` turns their events into notes, `replay` into messages to send again.
"""
