"""One note to antiphon, and its answer. Start the server first: antiphon serve."""

from pythonosc.udp_client import SimpleUDPClient

client = SimpleUDPClient("127.0.0.1", 9000)
client.send_message("/antiphon/note", [60, 0.25, 0.5, 80])
for answer in client.get_messages(timeout=1):
    print(answer.address, *answer.params)
    break
else:
    print("no answer came; start the server: antiphon serve")
