"""A git server over https for the tests: https.py ROOT CERTIFICATE KEY MODE PORT. It writes the port that it took into the file PORT.

Serves the repositories below ROOT through "git http-backend". What it does with a request stands in the file MODE:

    serve                 all is well
    sign-in               asks for jo and a password
    status N              answers with N
    lead URL              leads the request to URL and the path
    silent WORD BYTES     falls silent after so many bytes of its answer to a request whose address holds WORD
    cut WORD BYTES        closes the connection there
    deaf WORD BYTES       reads so many bytes of that request's body, then nothing more
"""
import base64
import http.server
import os
import ssl
import subprocess
import sys
import time

ROOT, CERT, KEY, MODE, PORT = sys.argv[1:6]
LONG = 60
PASS = "Basic " + base64.b64encode(b"jo:word").decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 90

    def log_message(self, *args):
        pass

    def body(self, most=None):
        if self.headers.get("Transfer-Encoding") != "chunked":
            length = int(self.headers.get("Content-Length") or 0)
            return self.rfile.read(length if most is None else min(length, most))
        data = b""
        while (size := int(self.rfile.readline().split(b";")[0], 16)) > 0:
            data += self.rfile.read(size)
            self.rfile.readline()
            if most is not None and len(data) >= most:
                return data
        self.rfile.readline()
        return data

    def backend(self):
        path, _, query = self.path.partition("?")
        env = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": ROOT, "GIT_HTTP_EXPORT_ALL": "1", "REMOTE_USER": "jo",
            "REMOTE_ADDR": "127.0.0.1", "REQUEST_METHOD": self.command, "PATH_INFO": path, "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        said = subprocess.run(["git", "http-backend"], env=env, input=self.body(), capture_output=True, check=False).stdout
        head, _, data = said.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        return int(fields.pop("Status", "200").split()[0]), fields, data

    def answer(self, status, fields=None, data=b"", stop=None, silent=False):
        self.close_connection = stop is not None
        self.send_response(status)
        for name, value in (fields or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data if stop is None else data[:stop])
        self.wfile.flush()
        if silent:
            time.sleep(LONG)

    def handle_one(self):
        with open(MODE, encoding="utf-8") as f:
            mode = f.read().split()
        hit = len(mode) == 3 and mode[1] in self.path
        if mode[0] == "status":
            self.answer(int(mode[1]))
        elif mode[0] == "lead":
            self.answer(302, {"Location": mode[1] + self.path})
        elif mode[0] == "sign-in" and self.headers.get("Authorization") != PASS:
            self.body()
            self.answer(401, {"WWW-Authenticate": 'Basic realm="register"'})
        elif mode[0] == "deaf" and hit:
            self.body(int(mode[2]))
            time.sleep(LONG)
            self.close_connection = True
        elif hit:
            self.answer(*self.backend(), stop=int(mode[2]), silent=mode[0] == "silent")
        else:
            self.answer(*self.backend())

    do_GET = do_POST = handle_one


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def finish_request(self, request, client_address):
        try:
            with self.tls.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)
        except OSError:
            pass

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.tls.load_cert_chain(CERT, KEY)
with open(PORT + ".new", "w", encoding="ascii") as out:
    print(server.server_port, file=out)
os.rename(PORT + ".new", PORT)
server.serve_forever()
