"""captures: a relay between a client and a server that writes what it passed on as a capture, for ci/importers."""
import collections, socket, struct, threading, time


def port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Relay:
    """Passes octets on between a client and Dovecot, and writes what it passed on as a capture."""

    def __init__(self, to):
        self.to, self.seen, self.port = to, [], port()
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, address = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.to))
            for a, b, out in ((client, server, True), (server, client, False)):
                threading.Thread(target=self.pump, args=(a, b, out, address[1]), daemon=True).start()

    def pump(self, a, b, out, number):
        while True:
            try:
                octets = a.recv(1000)
                if not octets:
                    break
                self.seen.append((time.time(), number, out, octets))
                b.sendall(octets)
            except OSError:
                break
        try:
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def write(self, path, server_port):
        """As tcpdump would have it, but that each tenth packet comes twice and each seventh behind its follower."""
        self.listener.close()
        packets, sequence = [], collections.defaultdict(lambda: 1000)
        for at, number, out, octets in self.seen:
            if (number, True) not in sequence:
                packets.append(segment(at, number, server_port, True, 999, 0x02, b""))
                packets.append(segment(at, number, server_port, False, 999, 0x12, b""))
                sequence[number, True] = sequence[number, False] = 1000
            packets.append(segment(at, number, server_port, out, sequence[number, out], 0x18, octets, sequence[number, not out]))
            sequence[number, out] += len(octets)
        for i in range(12, len(packets) - 1, 7):
            packets[i], packets[i + 1] = packets[i + 1], packets[i]
        for i in range(10, len(packets), 10):
            packets.insert(i, packets[i - 1])
        with open(path, "wb") as f:
            f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + b"".join(packets))
        return [path]


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data if len(data) % 2 == 0 else data + b"\0"))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def segment(at, number, server_port, out, sequence, flags, octets, acknowledged=0):
    ports = (number, server_port) if out else (server_port, number)
    tcp = struct.pack("!HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 65535, 0, 0) + octets
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, bytes((127, 0, 0, 1)), bytes((127, 0, 0, 1)))
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    frame = b"\0" * 12 + b"\x08\0" + head + tcp
    return struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(frame), len(frame)) + frame
