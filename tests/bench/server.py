"""server.py oneshot|persistent PORT: the same exchanges, in a few lines."""
# SPDX-License-Identifier: BSD-2-Clause
import socket
import sys
import threading

lock, score = threading.Lock(), [0, 0]


def play(byte):
    with lock:
        score[0] = (score[0] + byte) & 0  # as much work as a step
        return b"\0\0\0\0"


def serve(connection, is_oneshot):
    with connection:
        if not is_oneshot:
            connection.sendall(b"\0\1\1")
        while command := connection.recv(1):
            reply = play(command[0])
            connection.sendall(reply if is_oneshot else b"\0\4" + reply)
            if is_oneshot:
                return


listener = socket.create_server(("127.0.0.1", int(sys.argv[2])), backlog=1024)
while True:
    client, _ = listener.accept()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=serve, args=(client, sys.argv[1] == "oneshot"),
                     daemon=True).start()
