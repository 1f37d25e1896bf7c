"""What `stats` tells of a session: enough to draw it, few enough digits that sixteen of them fit into a datagram."""

from antiphon.core.session import Session

__all__ = ["SHOWN_PERFORMERS", "tell"]

SHOWN_PERFORMERS = 8
"""Performers of a session that are named: as many as a band has. All senders in one session would fill a datagram."""


def tell(session: Session, performers: list[str], now: float) -> dict[str, object]:
    """What `stats` tells of this session, its last notes as [pitch, step, duration, velocity]."""
    rows = [row for row in session.window.snapshot().tolist() if row[0] >= 0]
    return {
        "name": session.name,
        "performers": performers[:SHOWN_PERFORMERS],
        "mode": session.mode,
        "notes": session.note_count,
        "idle_s": round(max(now - session.last_used, 0.0), 1),
        "tempo": round(session.tempo.bpm, 1),
        "sounding": session.player.schedule.sounding,
        "window": [[int(row[0]), round(row[1], 3), round(row[2], 3), int(row[3])] for row in rows],
        "predicted": [
            [note.pitch, round(note.step, 3), round(note.duration, 3), note.velocity] for note in session.predicted
        ],
    }
