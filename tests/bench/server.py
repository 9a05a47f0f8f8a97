"""server.py oneshot|persistent PORT: the game, a thread a connection."""
# SPDX-License-Identifier: BSD-2-Clause
import random
import socket
import struct
import sys
import threading

SIZE, TREASURES, QUIT, GET = 10, 5, 8, 15
STEPS = {2: (-1, 0), 3: (1, 0), 4: (0, -1), 6: (0, 1)}


class Board:
    def __init__(self):
        tiles = [(x, y) for x in range(SIZE) for y in range(SIZE)]
        found = random.sample(tiles, TREASURES)
        self.treasures = {at: random.randint(5, 10) for at in found}
        self.players, self.scores = [None, None], [0, 0]
        self.lock, self.seats, self.has_quit = threading.Lock(), 0, False
        for player, at in enumerate(random.sample(tiles, 2)):
            self.enter(player, at)

    def enter(self, player, at):
        self.players[player] = at
        self.scores[player] += self.treasures.pop(at, 0)

    def tile(self, at):
        player = str(self.players.index(at) + 1) if at in self.players else " "
        return f" {'$' if at in self.treasures else ' '}.{player} "

    def show(self):
        rows = ("".join(self.tile((x, y)) for y in range(SIZE)) + "\n"
                for x in range(SIZE))
        return struct.pack(">2H", *self.scores) + "".join(rows).encode()

    def play(self, byte, seat):
        """The reply to a command: a body, or b"" refused, or None: quit."""
        verb, player = byte >> 4, (byte >> 2 & 3) - 1
        with self.lock:
            if verb == GET or self.has_quit or not self.treasures:
                return self.show()
            if player not in (0, 1) or seat not in (None, player):
                return b""
            if verb == QUIT:
                self.has_quit = True
                return None
            x, y = self.players[player]
            dx, dy = STEPS.get(verb, (0, 0))
            at = x + dx, y + dy
            if not (0 <= min(at) <= max(at) < SIZE) or at in self.players:
                return b""
            self.enter(player, at)
            return struct.pack(">2H", *self.scores)


def framed(reply):
    body = b"O" if reply is None else reply or b"E"
    return struct.pack(">H", len(body)) + body


def serve(connection, board, seat):
    with connection:
        if seat is not None:
            connection.sendall(bytes((0, 1, seat + 1)))
        while command := connection.recv(1):
            reply = board.play(command[0], seat)
            if seat is None:
                connection.sendall(reply or b"")
                return
            connection.sendall(framed(reply))


def main(version, port):
    board = Board()
    with socket.create_server(("127.0.0.1", port), backlog=1024) as listener:
        while True:
            client, _ = listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            seat = None
            if version == "persistent":  # two at each board
                board = Board() if board.seats == 2 else board
                seat, board.seats = board.seats, board.seats + 1
            threading.Thread(target=serve, args=(client, board, seat),
                             daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
