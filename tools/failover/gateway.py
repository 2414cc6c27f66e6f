"""The gateway of a trial: opens a payment for whoever asks, and says of each that it is paid.

It speaks OCPay's API and remembers nothing: a reference carries its number and its amount.

Usage: gateway.py ADDRESS PORT
"""

import itertools
import json
import socketserver
import sys
from http.server import BaseHTTPRequestHandler

TIME = "2026-01-15T10:30:00Z"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBERS = itertools.count()


def digits(number, length):
    text = ""
    for _ in range(length):
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text


class Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()

    def reply(self, body):
        self.answer(200, {"success": True, "data": body, "meta": {"timestamp": TIME, "requestId": "req_abc123xyz"}})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        product = asked["productInfo"]
        reference = f"OCPL-{digits(next(NUMBERS), 6)}-{digits(int(product['amount']), 4)}"
        self.reply({
            "paymentUrl": f"https://pay.example/pay/{reference}",
            "paymentRef": reference,
            "paymentLink": {
                "uid": "user_123456789", "ref": reference, "isSandbox": True, "productInfo": product,
                "feeMode": asked.get("feeMode", "NO_FEE"), "successMessage": asked.get("successMessage"),
                "redirectUrl": asked.get("redirectUrl"), "time": TIME,
            },
        })

    def do_GET(self):
        reference = self.path.rsplit("/", 1)[-1]
        self.reply({
            "status": "CONFIRMED", "message": "Payment confirmed successfully", "paymentRef": reference,
            "transactionDetails": {
                "amount": int(reference[-4:], 36), "currency": "DZD", "isSandbox": True, "createdDate": TIME,
            },
        })


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512


if __name__ == "__main__":
    Server((sys.argv[1], int(sys.argv[2])), Gateway).serve_forever()
