-- Everything that was played: one row of `run` for each start of a server, one of `session` for each player's session,
-- one of `event` for each message. Moments are seconds of Unix time.

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,            -- as the answer to /antiphon/hello tells it
    started REAL NOT NULL,
    version TEXT NOT NULL,              -- of antiphon
    model TEXT NOT NULL,                -- the bundle it started with
    seed INTEGER                        -- of all its random numbers
) STRICT;

CREATE TABLE session (
    id INTEGER PRIMARY KEY,             -- the number that people say: antiphon save 12
    run INTEGER NOT NULL REFERENCES run (id),
    name TEXT NOT NULL,
    begun REAL NOT NULL,
    model TEXT,                         -- the bundle it began with; a switch is an event
    seed INTEGER,                       -- of its random numbers: the same seed and messages give the same answers
    performer TEXT                      -- the name that was last sent with /antiphon/hello
) STRICT;

-- Rows lie on disk in the order of the key, so that a session is read in one sweep and no index is written beside it.
CREATE TABLE event (
    session INTEGER NOT NULL REFERENCES session (id),
    number INTEGER NOT NULL,            -- in the order of arrival, from 0
    at REAL NOT NULL,
    way TEXT NOT NULL,                  -- in: a performer's message; out: an answer; state: what the server did
    name TEXT NOT NULL,                 -- the address without /antiphon/; of a state begin, model or end
    arguments TEXT NOT NULL,            -- JSON, in the order of the table of addresses
    PRIMARY KEY (session, number)
) WITHOUT ROWID, STRICT;

PRAGMA user_version = 1;
