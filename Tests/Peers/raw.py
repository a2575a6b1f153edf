"""A server of one's own for each check: a function that gets the connection and may do with it what it likes."""
import contextlib
import socket
import struct
import threading


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, connection, server, number):
        self.socket = connection
        self.server = server
        # Of this connection, from 0.
        self.number = number
        self.rest = b""

    def request(self):
        """The next request with its body, as (method, path, fields, body); None at the end of the connection."""
        head = self.head()
        if head is None:
            return None
        length = int(head[2].get("content-length", 0))
        while len(self.rest) < length and self.receive():
            pass
        body, self.rest = self.rest[:length], self.rest[length:]
        return (*head, body)

    def head(self):
        """The next request without its body."""
        while b"\r\n\r\n" not in self.rest:
            if not self.receive():
                return None
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        line, *fields = head.decode("latin-1").split("\r\n")
        method, path, _ = line.split(" ", 2)
        fields = joined(field.split(":", 1) for field in fields)
        self.server.requests.append((method, path, fields))
        return method, path, fields

    def receive(self):
        try:
            data = self.socket.recv(1 << 16)
        except OSError:
            return False
        self.rest += data
        return bool(data)

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))

    def answer(self, body=b"{}", *fields, status="200 OK"):
        lines = ["HTTP/1.1 " + status, "Content-Type: application/json", "Content-Length: %d" % len(body), *fields]
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def serve(self, *fields, status="200 OK", body=b"{}"):
        """Answers every further request in the same way."""
        while self.request():
            self.answer(body, *fields, status=status)

    def stall(self):
        """Says nothing until the other side goes."""
        while self.receive():
            self.rest = b""

    def reset(self):
        """Ends the connection with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def joined(fields):
    """The fields by name; the values of fields of one name stand one after the other, as RFC 9110 §5.3 has it."""
    found = {}
    for name, value in fields:
        name, value = name.lower(), value.strip()
        found[name] = "%s, %s" % (found[name], value) if name in found else value
    return found


class Server:
    """Hands each connection to `behave(peer)`, in a thread; the connection ends when that returns."""

    def __init__(self, behave, tls=None):
        self.behave = behave
        self.tls = tls
        # (method, path, fields) of every request, as far as `behave` reads them.
        self.requests = []
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.handle, args=(connection, self.connections - 1), daemon=True).start()

    def handle(self, connection, number):
        # Whatever the client does: it is no failure of this server when a connection ends early.
        with contextlib.suppress(OSError):
            connection.settimeout(30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                if self.tls:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                self.behave(Peer(connection, self, number))
            finally:
                connection.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
