"""Wekinator: N floats in, M floats out, a vector for a vector.

    /wek/inputs  pitch step duration [velocity]        the note enters the window
    /wek/outputs pitch step duration velocity          the note that the model expects next, four floats
    /wekinator/control/startRunning, stopRunning       answers are sent, or not
    /wekinator/control/...                             training and recording: taken silently

The same order and units as `/antiphon/note`. Wekinator reads an int as 0; here ints are taken as numbers. Its
`/wek/inputs/bundle`, which names a file on the server, is refused: no file is opened because the network says so.
"""

from antiphon.dialects.dialect import Sent, Values, unknown
from antiphon.osc import messages as osc
from antiphon.osc.codec import checked
from antiphon.osc.messages import Incoming, Outgoing
from antiphon.osc.table import DURATION, PITCH, STEP, VELOCITY, Row

__all__ = ["TABLE", "Wekinator"]

CONTROL = "/wekinator/control/"

INPUTS = Row("inputs", osc.Note, (PITCH, STEP, DURATION, VELOCITY), "/wek/outputs", "a finished note", prefix="/wek/")
TABLE = (
    INPUTS,
    Row("startRunning", osc.Mode, (), "-", "every note is answered (so it begins)", prefix=CONTROL),
    Row("stopRunning", osc.Mode, (), "-", "notes enter the window without an answer", prefix=CONTROL),
)
RUNNING = {CONTROL + "startRunning": osc.Mode("echo"), CONTROL + "stopRunning": osc.Mode("manual")}


class Wekinator:
    """A sender that speaks to Wekinator."""

    name = "wekinator"
    answers_errors = False
    plays = False
    begins: tuple[Incoming, ...] = (osc.Mode("echo"),)

    def __init__(self) -> None:
        self.outbox: list[Sent] = []
        self.ignored = 0

    def read(self, address: str, values: Values, now: float) -> list[Incoming]:
        """A vector is a finished note; running or not is a mode."""
        if address == INPUTS.address:
            pitch, step, duration, velocity = checked(INPUTS, values)
            return [osc.Note(pitch, step, duration, velocity, 0)]
        mode = RUNNING.get(address)
        if mode is not None:
            return [mode]
        if not address.startswith(CONTROL):
            raise unknown(address)
        self.ignored += 1
        return []

    def write(self, message: Outgoing, now: float) -> list[Sent]:
        """A prediction is a vector."""
        match message:
            case osc.Prediction(pitch, step, duration, velocity):
                return [("/wek/outputs", (float(pitch), float(step), float(duration), float(velocity)))]
        return []
