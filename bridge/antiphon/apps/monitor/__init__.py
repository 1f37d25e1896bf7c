"""A live view of a running server in a terminal.

`asker.py` asks the server for its summary, `roll.py` draws with characters, `view.py` lays a summary out for a width
and a height, `watch.py` goes round: ask, draw, look for a key. rich is loaded by the last two alone, so that
`antiphon monitor --json` needs no extra.
"""
