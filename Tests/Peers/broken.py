"""Servers that refuse, break off, stall, lie and babble: one for each check, and one job that meets it.

Every job must end in time, without a crash, with the code that Node and its HTTP client undici have for the failure,
with one sentence that names method and URL, and without showing a secret.
"""
import functools
import gzip
import json
import os
import re
import ssl
import threading
import time

import jobs
from raw import Peer, Server
from servers import PASSWORD, USER, free_port

CASES = []
# How long a job may take besides the time that its options give it.
PATIENCE = 2


class Case:
    """A server, a job that meets it, and how that must end."""

    def __init__(self, name, behave, job="get('/it');", code=None, status=None, final=None, within=0, words="",
                 requests=None, method="GET", path="/it", secure=None, scheme=None, **configuration):
        self.name = name
        self.behave = behave
        self.job = job
        # The failure: a pattern for details.code, or the status; `final` is for jobs that must go well.
        self.code, self.status, self.final = code, status, final
        # What the message says besides method and URL, a pattern.
        self.words = words
        # Seconds that the job's options allow.
        self.within = within
        # How many requests the server may see at most.
        self.requests = requests
        self.method, self.path = method, path
        # Makes the server's TLS from the folder of certificates.
        self.secure = secure
        self.scheme = scheme or ("https" if secure else "http")
        self.configuration = configuration


def broken(name, **expected):
    def add(behave):
        CASES.append(Case(name, behave, **expected))
        return behave
    return add


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
OOPS = HEAD.replace(b"200 OK", b"500 Oops")
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
RESULT = "fn(({ data, errors }) => ({ data, errors }));"


def pause():
    """Lets what was sent arrive before the next thing happens."""
    time.sleep(0.05)


# ---------------------------------------------------------------------------------------- breaking off
def sending(name, data, **expected):
    """A server that sends these bytes and ends the connection in good order."""
    def behave(peer):
        peer.request()
        peer.send(data)
        pause()
    broken(name, **expected)(behave)


def breaking(name, sent, code, ends=("reset", "close")):
    """A server that sends so much of an answer and then ends the connection, in both ways."""
    def behave(end, peer):
        peer.request()
        peer.send(sent)
        pause()
        if end == "reset":
            peer.reset()
    for end in ends:
        broken("%s-%s" % (end, name), code=code[end] if isinstance(code, dict) else code)(
            functools.partial(behave, end))


CLOSED = {"reset": "ECONNRESET", "close": "UND_ERR_SOCKET"}
breaking("before-any-byte", b"", CLOSED)
breaking("in-the-status-line", b"HTTP/1.1 20", CLOSED)
breaking("in-the-header", b"HTTP/1.1 200 OK\r\nContent-Le", CLOSED)
breaking("before-the-body", HEAD + b"Content-Length: 100\r\n\r\n", CLOSED)
breaking("in-the-body", HEAD + b"Content-Length: 100\r\n\r\n{\"a\":", CLOSED)
breaking("in-a-chunk", CHUNKED + b"64\r\n{\"a\":", CLOSED)
breaking("between-chunks", CHUNKED + b"5\r\n{\"a\":\r\n", CLOSED)
breaking("in-the-body-of-an-error", OOPS + b"Content-Length: 100\r\n\r\n{\"a\":", CLOSED)


@broken("reset-after-the-body", final={"data": {"a": 1}}, job="get('/it');" + RESULT)
def reset_after_the_body(peer):
    peer.request()
    peer.answer(b'{"a":1}')
    peer.reset()


sending("close-without-length", HEAD + b'\r\n{"a":1}', final={"data": {"a": 1}}, job="get('/it');" + RESULT)


@broken("reset-without-length", code="ECONNRESET")
def reset_without_length(peer):
    peer.request()
    peer.send(HEAD + b'\r\n{"a":1}')
    pause()
    peer.reset()


STREAM = "get('/it', { parseAs: 'stream' }); fn(async s => { for await (const _ of s.data); return { data: 1 }; });"


sending("stream-broken-off", HEAD + b"Content-Length: 100\r\n\r\nabc", code="UND_ERR_SOCKET", job=STREAM)


# ---------------------------------------------------------------------------------------- kept connections
WAIT = "fn(async s => { await new Promise(done => setTimeout(done, 200)); return s; });"


def twice(second):
    return "get('/first');" + WAIT + second + RESULT


@broken("closed-between-requests", final={"data": {"connection": 1}}, job=twice("get('/second');"))
def closed_between_requests(peer):
    peer.request()
    peer.answer(b'{"connection":%d}' % peer.number)


@broken("reset-between-requests", final={"data": {"connection": 1}}, job=twice("get('/second');"))
def reset_between_requests(peer):
    peer.request()
    peer.answer(b'{"connection":%d}' % peer.number)
    pause()
    peer.reset()


@broken("post-after-a-close", final={"data": {"connection": 1}}, job=twice("post('/second', { a: 1 });"))
def post_after_a_close(peer):
    closed_between_requests(peer)


def ends_on_the_second(peer):
    """Answers the first request of the job; the next one ends the connection without an answer, if it is kept."""
    if peer.number == 0:
        peer.request()
        peer.answer()
        peer.request()
    else:
        peer.serve(body=b'{"connection":%d}' % peer.number)


broken("get-closed-when-it-comes", final={"data": {"connection": 1}}, job=twice("get('/second');"), requests=3)(
    ends_on_the_second)
# The server may have done what was asked: nobody knows, so a POST is not sent again (RFC 9110 §9.2.2).
broken("post-is-not-sent-twice", code="UND_ERR_SOCKET|ECONNRESET", job=twice("post('/second', { a: 1 });"), requests=2,
       method="POST", path="/second")(ends_on_the_second)
broken("patch-is-not-sent-twice", code="UND_ERR_SOCKET|ECONNRESET", job=twice("patch('/second', { a: 1 });"),
       requests=2, method="PATCH", path="/second")(ends_on_the_second)


# ---------------------------------------------------------------------------------------- silence
@broken("never-answers", code="UND_ERR_HEADERS_TIMEOUT", job="get('/it', { timeout: 300 });", within=0.3)
def never_answers(peer):
    peer.stall()


@broken("never-accepts-tls", code="UND_ERR_(CONNECT|HEADERS)_TIMEOUT", job="get('/it', { timeout: 300 });", within=0.3,
        scheme="https")
def never_accepts_tls(peer):
    peer.stall()


@broken("stalls-in-the-header", code="UND_ERR_HEADERS_TIMEOUT", job="get('/it', { timeout: 300 });", within=0.3)
def stalls_in_the_header(peer):
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: te")
    peer.stall()


@broken("stalls-after-early-hints", code="UND_ERR_HEADERS_TIMEOUT", job="get('/it', { timeout: 300 });", within=0.3)
def stalls_after_early_hints(peer):
    peer.request()
    peer.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    peer.stall()


@broken("stalls-in-the-body", code="UND_ERR_BODY_TIMEOUT", job="get('/it', { timeout: 300 });", within=0.3)
def stalls_in_the_body(peer):
    peer.request()
    peer.send(HEAD + b"Content-Length: 100\r\n\r\n{\"a\":")
    peer.stall()


def one_byte_after_another(data, seconds, peer):
    peer.request()
    for byte in data:
        peer.send(bytes([byte]))
        time.sleep(seconds)


SLOW = HEAD + b"Content-Length: 2000\r\n\r\n" + b" " * 2000
broken("a-byte-a-second", code="DEADLINE_EXCEEDED", job="get('/it', { deadline: 1000 });", within=1)(
    functools.partial(one_byte_after_another, SLOW, 1))
broken("a-header-byte-at-a-time", code="UND_ERR_HEADERS_TIMEOUT", job="get('/it', { timeout: 300 });", within=0.3)(
    functools.partial(one_byte_after_another, SLOW, 0.1))


@broken("a-body-byte-at-a-time", code="DEADLINE_EXCEEDED", within=1,
        job="get('/it', { timeout: 300, deadline: 1000 });")
def a_body_byte_at_a_time(peer):
    peer.request()
    peer.send(HEAD + b"Content-Length: 2000\r\n\r\n")
    while True:
        peer.send(b" ")
        time.sleep(0.05)


# ---------------------------------------------------------------------------------------- other tries
RETRY = "get('/it', { retry: { attempts: 3, backoff: 10 } });"


def resets(peer):
    peer.request()
    peer.reset()


broken("retry-of-a-reset", code="ECONNRESET", job=RETRY, requests=3)(resets)
broken("retry-not-of-a-post", code="ECONNRESET", job=RETRY.replace("get('/it',", "post('/it', {},"), method="POST",
       requests=1)(resets)
broken("retry-within-the-deadline", code="DEADLINE_EXCEEDED", within=0.5,
       job="get('/it', { retry: { attempts: 1000, backoff: 50 }, deadline: 500 });")(resets)
for number, after in enumerate(("nan", "inf", "-1e308", "1e308", "0x10", "Thu, 01 Jan 99999 00:00:00 GMT", "soon", "")):
    broken("retry-after-%d" % number, status=503, requests=3, job=RETRY)(functools.partial(
        lambda after, peer: peer.serve("Retry-After: " + after, status="503 Busy"), after))


@broken("retry-of-a-broken-body", final={"data": {"a": 1}}, job=RETRY + RESULT, requests=3)
def retry_of_a_broken_body(peer):
    peer.request()
    if peer.number < 2:
        peer.send(HEAD + b'Content-Length: 100\r\n\r\n{"a":')
    else:
        peer.answer(b'{"a":1}')


# ---------------------------------------------------------------------------------------- lengths
sending("too-short-body", HEAD + b'Content-Length: 100\r\n\r\n{"a":1}', code="UND_ERR_SOCKET")


@broken("too-long-body", final={"data": {"n": 1}}, job="get('/it');" + twice("get('/second');"))
def too_long_body(peer):
    while peer.request():
        peer.send(HEAD + b'Content-Length: 7\r\n\r\n{"n":1}' + HEAD + b'Content-Length: 14\r\n\r\n{"smuggled":1}')


def with_a_body(status, peer):
    """Sends a body where none may be; the next request must get its own answer."""
    while request := peer.request():
        if request[1] == "/first":
            peer.send(b'HTTP/1.1 %s\r\nContent-Length: 10\r\n\r\n{"smug":1}' % status)
        else:
            peer.answer(b'{"n":1}')


broken("204-with-a-body", final={"data": {"n": 1}}, job=twice("get('/second');"))(
    functools.partial(with_a_body, b"204 No Content"))
broken("304-with-a-body", final={"data": {"n": 1}},
       job=twice("get('/second');").replace("'/first'", "'/first', { maxRedirections: 5, errors: false }"))(
    functools.partial(with_a_body, b"304 Not Modified"))
broken("head-with-a-body", final={"data": {"n": 1}},
       job=twice("get('/second');").replace("get('/first'", "request('HEAD', '/first'"))(
    functools.partial(with_a_body, b"200 OK"))


# RFC 9112 §6.3: none of these may be guessed at.
sending("negative-length", HEAD + b'Content-Length: -7\r\n\r\n{"n":1}',
        code="HPE_INVALID_CONTENT_LENGTH", words="length")
sending("two-lengths", HEAD + b'Content-Length: 7\r\nContent-Length: 4\r\n\r\n{"n":1}',
        code="HPE_UNEXPECTED_CONTENT_LENGTH", words="length")
sending("huge-length", HEAD + b'Content-Length: 99999999999999999999999999\r\n\r\n{"n":1}',
        code="HPE_INVALID_CONTENT_LENGTH", words="length")
sending("length-of-the-largest-number", HEAD + b'Content-Length: 9223372036854775807\r\n\r\n{"n":1}',
        code="UND_ERR_SOCKET")
sending("length-is-a-word", HEAD + b'Content-Length: seven\r\n\r\n{"n":1}',
        code="HPE_INVALID_CONTENT_LENGTH", words="length")


# ---------------------------------------------------------------------------------------- chunks and codings
def coded(coding, body):
    return HEAD + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding.encode(), len(body)) + body


CODED = gzip.compress(b'{"a":"%s"}' % os.urandom(500).hex().encode())
CHUNK_SIZE = dict(code="HPE_INVALID_CHUNK_SIZE", words="chunk")
CODING = dict(words="gzip|deflate|brotli|compress|decod|encod")
sending("bad-chunk-size", CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", **CHUNK_SIZE)
sending("negative-chunk-size", CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", **CHUNK_SIZE)
sending("huge-chunk-size", CHUNKED + b"f" * 40 + b"\r\n{}\r\n0\r\n\r\n", **CHUNK_SIZE)
sending("chunk-longer-than-said", CHUNKED + b"1\r\n{}\r\n0\r\n\r\n", code=r"HPE_(STRICT|CR_EXPECTED|INVALID_\w+)",
        words="chunk")
sending("chunks-without-end", CHUNKED + b"2\r\n{}\r\n", code="UND_ERR_SOCKET")
# The codes of Node's zlib.
sending("bad-gzip", coded("gzip", b"this is no gzip at all, not even nearly"), code="Z_DATA_ERROR", **CODING)
sending("bad-deflate", coded("deflate", b"\xff\xff this is no deflate at all"), code="Z_DATA_ERROR", **CODING)
sending("bad-brotli", coded("br", b"\xff\xff\xff this is no brotli"), code=r"ERR_\w+|Z_DATA_ERROR", **CODING)
sending("gzip-with-wrong-checksum", coded("gzip", CODED[:-8] + bytes(8)), code="Z_DATA_ERROR", **CODING)
sending("gzip-with-more-behind-it", coded("gzip", CODED + b"and more"), code="Z_DATA_ERROR", **CODING)
# A gzip stream that ends early inside a body of the right length passes: libcurl does not tell (Compatibility.md).
sending("too-many-codings", HEAD + b"Content-Encoding: " + b"gzip, " * 20 + b"gzip\r\nContent-Length: 3\r\n\r\nabc",
        code=r"Z_DATA_ERROR|UND_ERR_\w+", **CODING)
sending("gzip-bomb", coded("gzip", gzip.compress(bytes(100_000_000), 1)), code="BODY_TOO_LARGE",
        job="get('/it', { maxBodySize: 1_000_000 });")


# "Content-Encoding: utf-8" is a mistake that many servers make; Node takes such a body as it is.
sending("coding-that-is-a-charset", coded("utf-8", b'{"a":1}'), final={"data": {"a": 1}}, job="get('/it');" + RESULT)
sending("coding-identity", coded("identity", b'{"a":1}'), final={"data": {"a": 1}}, job="get('/it');" + RESULT)


# ---------------------------------------------------------------------------------------- too much
@broken("endless-body", code="BODY_TOO_LARGE", job="get('/it', { maxBodySize: 1_000_000 });")
def endless_body(peer):
    peer.request()
    peer.send(HEAD + b"\r\n")
    while True:
        peer.send(b" " * 100_000)


@broken("endless-chunks", code="BODY_TOO_LARGE", job="get('/it', { maxBodySize: 1_000_000 });")
def endless_chunks(peer):
    peer.request()
    peer.send(CHUNKED)
    while True:
        peer.send(b"1\r\n \r\n" * 10_000)


@broken("endless-body-of-an-error", code="BODY_TOO_LARGE", job="get('/it', { maxBodySize: 1_000_000 });")
def endless_body_of_an_error(peer):
    peer.request()
    peer.send(OOPS + b"\r\n")
    while True:
        peer.send(b" " * 100_000)


sending("huge-header-line", HEAD + b"X-Long: " + b"x" * 1_000_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
        code="UND_ERR_HEADERS_OVERFLOW")
sending("huge-status-line", b"HTTP/1.1 200 " + b"x" * 1_000_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
        code="UND_ERR_HEADERS_OVERFLOW")


@broken("endless-headers", code="UND_ERR_HEADERS_OVERFLOW")
def endless_headers(peer):
    peer.request()
    peer.send(HEAD)
    while True:
        peer.send(b"X-More: and more\r\n" * 1000)


@broken("endless-trailers", code="UND_ERR_HEADERS_OVERFLOW")
def endless_trailers(peer):
    peer.request()
    peer.send(CHUNKED + b"2\r\n{}\r\n0\r\n")
    while True:
        peer.send(b"X-More: and more\r\n" * 1000)


# RFC 9110 §15.2: a client must be able to read them, whether it expects them or not.
@broken("a-thousand-100-continues", final={"data": {"a": 1}}, job="get('/it');" + RESULT)
def a_thousand_100_continues(peer):
    peer.request()
    peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
    peer.answer(b'{"a":1}')


@broken("endless-100-continues", code=r"DEADLINE_EXCEEDED|UND_ERR_\w+", job="get('/it', { deadline: 1000 });", within=1)
def endless_100_continues(peer):
    peer.request()
    while True:
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


@broken("many-cookies", final={"data": {"a": 1}}, job="get('/it'); get('/it');" + RESULT, cookies=True)
def many_cookies(peer):
    peer.serve(*("Set-Cookie: c%d=%s" % (number, "v" * 100) for number in range(500)), body=b'{"a":1}')


# ---------------------------------------------------------------------------------------- no HTTP
NO_HTTP = dict(code=r"HPE_INVALID_\w+", words="HTTP/|HTTP (protocol|response|answer)|(no|not|is valid) HTTP")
sending("garbage", bytes(range(256)) * 20, **NO_HTTP)
sending("ssh", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", **NO_HTTP)
sending("http-0.9", b"<html>good morning</html>\n", **NO_HTTP)
sending("http-3000", b"HTTP/3000.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", **NO_HTTP)
sending("no-reason", b"HTTP/1.1 200\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
        final={"data": {"a": 1}}, job="get('/it');" + RESULT)
sending("status-99", b"HTTP/1.1 99 Odd\r\nContent-Length: 2\r\n\r\n{}", code=r"HPE_INVALID_\w+")
sending("status-1000", b"HTTP/1.1 1000 Odd\r\nContent-Length: 2\r\n\r\n{}", code=r"HPE_INVALID_\w+")
sending("status-is-a-word", b"HTTP/1.1 OK fine\r\nContent-Length: 2\r\n\r\n{}", code=r"HPE_INVALID_\w+")
sending("status-999", b"HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n{}", status=999)
sending("header-without-colon", b"HTTP/1.1 200 OK\r\nthis is none\r\nContent-Length: 2\r\n\r\n{}",
        code=r"HPE_INVALID_\w+")
sending("zero-byte-in-header", b"HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\n{}", code=r"HPE_INVALID_\w+")
sending("upgrade-nobody-asked-for", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n",
        code=r"UND_ERR_SOCKET|HPE_\w+")
sending("not-utf-8", HEAD + b"X-A: \xff\xfe\r\nContent-Length: 2\r\n\r\n\xff\xfe",
        final={"status": 200}, job="get('/it', { parseAs: 'text' }); fn(s => ({ status: s.response.statusCode }));")


# ---------------------------------------------------------------------------------------- TLS
def secure(certificate, version=None):
    def make(folder):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, certificate + ".crt"), os.path.join(folder, certificate + ".key"))
        if version:
            # Debian's OpenSSL allows old protocols at security level 0 only.
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
        return context
    return make


def greet(peer):
    peer.serve()


# EPROTO: some versions of Node; ERR_SSL_…: OpenSSL's own reason.
PROTOCOL = r"EPROTO|ERR_(SSL|TLS)_\w+"
broken("tls-expired", secure=secure("expired"), code="CERT_HAS_EXPIRED", words="expired")(greet)
broken("tls-wrong-host", secure=secure("client"), code="ERR_TLS_CERT_ALTNAME_INVALID", words="host|name", host="127.0.0.1")(greet)
broken("tls-unknown-authority", secure=secure("stranger"), code="UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN", words="issuer|authority|self.signed")(
    greet)
broken("tls-self-signed", secure=secure("self-signed"), code="DEPTH_ZERO_SELF_SIGNED_CERT", words="self.signed")(greet)
for number, version in (("1.0", ssl.TLSVersion.TLSv1), ("1.1", ssl.TLSVersion.TLSv1_1)):
    broken("tls-" + number, secure=secure("server", version), code=PROTOCOL, words="TLS|SSL")(greet)
broken("plain-http-on-a-tls-port", secure=secure("server"), scheme="http",
       code=r"UND_ERR_SOCKET|ECONNRESET|HPE_INVALID_\w+")(greet)
broken("tls-on-a-plain-port", scheme="https", code=PROTOCOL, words="TLS|SSL")(
    lambda peer: peer.receive() and peer.answer(status="400 Bad Request"))


@broken("tls-ends-in-the-handshake", scheme="https", code="ECONNRESET|UND_ERR_SOCKET")
def tls_ends_in_the_handshake(peer):
    peer.receive()


@broken("tls-without-goodbye", secure=secure("server"), final={"data": {"a": 1}}, job="get('/it');" + RESULT)
def tls_without_goodbye(peer):
    peer.request()
    peer.answer(b'{"a":1}')


sending("tls-body-without-goodbye", HEAD + b'Content-Length: 100\r\n\r\n{"a":1}',
        secure=secure("server"), code="UND_ERR_SOCKET|ECONNRESET")


# ---------------------------------------------------------------------------------------- redirects
def redirecting(name, to, status="302 Found", **expected):
    """A server that sends every request on, to what `to(server, path)` says."""
    def behave(peer):
        while request := peer.request():
            peer.answer(b"{}", "Location: " + to(peer.server, request[1]), status=status)
    broken(name, **expected)(behave)


redirecting("redirect-to-itself", lambda server, path: path, code="UND_ERR_INVALID_ARG", requests=2)
redirecting("redirect-loop", lambda server, path: "/other" if path == "/it" else "/it", code="UND_ERR_INVALID_ARG",
            requests=3)
redirecting("redirect-without-end", lambda server, path: path + "x", final={"code": 302}, requests=6,
            job="get('/it'); fn(s => ({ code: s.response.statusCode }));")
redirecting("redirect-to-no-url", lambda server, path: "http://[", code="ERR_INVALID_URL", requests=1)
redirecting("redirect-to-a-bad-port", lambda server, path: "http://127.0.0.1:99999/", code="ERR_INVALID_URL",
            requests=1)
redirecting("redirect-to-a-file", lambda server, path: "file:///etc/passwd", requests=1,
            code="UND_ERR_INVALID_ARG|ERR_INVALID_URL")
redirecting("redirect-to-ftp", lambda server, path: "ftp://127.0.0.1:%d/a" % server.port, requests=1,
            code="UND_ERR_INVALID_ARG|ERR_INVALID_URL")
redirecting("redirect-to-javascript", lambda server, path: "javascript:alert(1)", requests=1,
            code="UND_ERR_INVALID_ARG|ERR_INVALID_URL")
redirecting("redirect-to-a-closed-port", lambda server, path: "http://127.0.0.1:1/x", code="ECONNREFUSED",
            path=":1/x", requests=1)
redirecting("redirect-shows-user-and-password", lambda server, path: "http://%s:%s@127.0.0.1:1/x" % (USER, PASSWORD),
            code="ECONNREFUSED", path=":1/x", requests=1)


@broken("redirect-without-location", final={"code": 302}, requests=1,
        job="get('/it'); fn(s => ({ code: s.response.statusCode }));")
def redirect_without_location(peer):
    peer.serve(status="302 Found")


# ---------------------------------------------------------------------------------------- who asks
def challenge(stale, peer):
    """Refuses every request, with a nonce that is always new."""
    while peer.request():
        peer.server.nonce = getattr(peer.server, "nonce", 0) + 1
        peer.answer(b"{}", 'WWW-Authenticate: Digest realm="clinic", qop="auth", algorithm=MD5, nonce="%08x"%s' % (
            peer.server.nonce, ", stale=true" if stale else ""), status="401 Unauthorized")


for way in ("basic", "digest"):
    broken("digest-always-refused-after-" + way, status=401, requests=4, authentication=way)(
        functools.partial(challenge, False))
    broken("digest-always-stale-after-" + way, status=401, requests=6, authentication=way)(
        functools.partial(challenge, True))
broken("digest-always-stale-with-a-body", status=401, requests=6, job="put('/it', 'x'.repeat(100_000));", method="PUT",
       authentication="digest")(functools.partial(challenge, True))


def challenging(name, field, **expected):
    def behave(peer):
        peer.serve(*([field] if field else []), status="401 Unauthorized")
    broken(name, status=401, **expected)(behave)


challenging("401-without-challenge", "", requests=2)
challenging("digest-of-an-unknown-algorithm", 'WWW-Authenticate: Digest realm="a", nonce="b", algorithm=ROT13',
            requests=3)
challenging("digest-without-nonce", 'WWW-Authenticate: Digest realm="a"', requests=3)
challenging("digest-without-anything", "WWW-Authenticate: Digest", requests=3)
challenging("digest-with-an-open-quote", 'WWW-Authenticate: Digest realm="a, nonce="b, qop="auth', requests=3)
challenging("digest-with-a-huge-nonce", 'WWW-Authenticate: Digest realm="a", nonce="%s"' % ("b" * 50_000), requests=3)


@broken("error-that-echoes-the-credentials", status=500)
def error_that_echoes_the_credentials(peer):
    while request := peer.request():
        shown = request[2].get("authorization", "")
        peer.answer(b'{"you sent": "%s", "password": "%s"}' % (shown.encode(), PASSWORD.encode()), "X-Echo: " + shown,
                    status="500 " + shown)


# ---------------------------------------------------------------------------------------- large uploads
UPLOAD = "post('/it', 'x'.repeat(20_000_000));"


@broken("early-413", status=413, job=UPLOAD, method="POST", requests=1)
def early_413(peer):
    peer.head()
    peer.answer(b"{}", "Connection: close", status="413 Content Too Large")
    peer.stall()


# The reset may overtake the answer.
@broken("early-413-and-close", job=UPLOAD, method="POST", code="ECONNRESET|EPIPE|UND_ERR_SOCKET", status=413,
        requests=1)
def early_413_and_close(peer):
    peer.head()
    peer.answer(b"{}", "Connection: close", status="413 Content Too Large")
    pause()


@broken("reset-in-an-upload", job=UPLOAD, method="POST", code="ECONNRESET|EPIPE|UND_ERR_SOCKET", requests=1)
def reset_in_an_upload(peer):
    peer.head()
    peer.reset()


@broken("upload-that-nobody-reads", job="post('/it', 'x'.repeat(20_000_000), { timeout: 500 });", method="POST",
        code="UND_ERR_HEADERS_TIMEOUT", within=0.5)
def upload_that_nobody_reads(peer):
    peer.head()
    threading.Event().wait(10)


# ---------------------------------------------------------------------------------------- descriptors
def never_ends(peer):
    peer.send(HEAD + b"\r\n")
    while True:
        peer.send(b" " * 100_000)


def is_cut_off(peer):
    peer.send(HEAD + b"Content-Length: 100\r\n\r\n{")


def is_refused(peer):
    peer.answer(b"{}", "Location: http://127.0.0.1:1/", status="302 Found")


WAYS = {
    "closes": lambda peer: None, "resets": Peer.reset, "stalls": Peer.stall, "ends-never": never_ends,
    "cuts-off": is_cut_off, "babbles": lambda peer: peer.send(b"good morning"), "redirects": is_refused,
    "asks": lambda peer: peer.answer(b"{}", 'WWW-Authenticate: Digest realm="a", nonce="b"', status="401 Unauthorized"),
}
COUNT = "get('/count');"
LOOP = ("each(Array.from({ length: %d }, (_, i) => ways[i %% ways.length]), get(s => '/' + s.data, "
        "{ timeout: 40, maxBodySize: 500_000 }), { onError: 'collect', concurrency: %d });")
STREAMS = ("each(Array.from({ length: %d }, (_, i) => i), fn(async state => { "
           "const s = await get('/ends-never', { parseAs: 'stream' })(state); "
           "for await (const _ of s.data) break; return { ...state, data: 1 }; }));")
LEAKS = {
    "one-by-one": (LOOP % (24, 1), LOOP % (200, 1)), "eight-at-a-time": (LOOP % (24, 8), LOOP % (200, 8)),
    "streams-left-alone": (STREAMS % 5, STREAMS % 50),
}


def leak(bench, name):
    """After many failures a job must hold no more descriptors than after a few."""
    few, many = LEAKS[name]
    job = few + COUNT + many + COUNT + "fn(() => ({})); const ways = %s;" % json.dumps(list(WAYS))
    process, counts, seen = [], [], []

    def behave(peer):
        while request := peer.request():
            seen.append(descriptors(process[0]))
            if request[1] == "/count":
                counts.append(seen[-1])
                peer.answer()
            else:
                return WAYS[request[1][1:]](peer)

    with Server(behave) as server:
        configuration = dict(baseUrl="http://127.0.0.1:%d" % server.port, username=USER, password=PASSWORD)
        outcome = jobs.run(bench.adaptor, job, configuration, 15, started=process.append)

    def flat(state):
        if state != {} or len(counts) != 2:
            return "the job did not go through: %s" % counts
        if counts[1] > counts[0] + 2 or max(seen) > counts[0] + 24:
            return "%d descriptors after a few failures, %d after many, %d at most" % (*counts, max(seen))
        return None
    return jobs.complaint(outcome, configuration, flat)


def descriptors(process):
    try:
        return len(os.listdir("/proc/%d/fd" % process))
    except OSError:
        return 0


# ---------------------------------------------------------------------------------------- running
def checks(bench):
    for case in CASES:
        yield "broken-" + case.name, functools.partial(problem, bench, case)
    yield "broken-connection-refused", functools.partial(refused, bench)
    for name in LEAKS:
        yield "broken-descriptors-" + name, functools.partial(leak, bench, name)


def refused(bench):
    case = Case("connection-refused", None, code="ECONNREFUSED")
    return met(bench, case, free_port(), lambda: None)


def problem(bench, case):
    context = case.secure and case.secure(bench.servers.certificates)
    with Server(case.behave, context) as server:
        def too_many():
            seen = ["%s %s" % request[:2] for request in server.requests]
            if case.requests is not None and len(seen) > case.requests:
                return "the server saw %d requests: %s" % (len(seen), ", ".join(seen[:10]))
            return None
        return met(bench, case, server.port, too_many)


def met(bench, case, port, too_many):
    host = case.configuration.get("host", "localhost" if case.scheme == "https" else "127.0.0.1")
    base = "%s://%s:%d" % (case.scheme, host, port)
    configuration = dict(case.configuration, baseUrl=base, username=USER, password=PASSWORD)
    configuration.pop("host", None)
    if case.scheme == "https":
        configuration["tls"] = {"ca": bench.servers.text("ca.crt")} if bench.servers.certificates else {}
    outcome = jobs.run(bench.adaptor, case.job, configuration, case.within + PATIENCE)
    return jobs.complaint(outcome, configuration, lambda state: wrong_end(case, base, state)) or too_many()


def wrong_end(case, base, state):
    """Whether the final state is not as the case has it."""
    if case.final is not None:
        return None if state == case.final else "the final state is not %s" % case.final
    if case.code is None and case.status is None:
        return None
    error = jobs.error_of(state)
    if not error:
        return "the job did not fail"
    details = error.get("details", {})
    code = str(details.get("code"))
    if not (case.code and re.fullmatch(case.code, code) or case.status and details.get("statusCode") == case.status):
        return "the code is %s, not %s" % (details.get("statusCode", code), case.status or case.code)
    return wrong_message(case, base, error["message"])


def wrong_message(case, base, message):
    """Whether it is no sentence for people that names method and URL."""
    if "\n" in message or len(message) > 300:
        return "the message is no single sentence: %r" % message[:400]
    url = case.path if ":" in case.path else base + case.path
    if case.method not in message or url not in message:
        return "the message does not name %s and %s: %s" % (case.method, url, message)
    if not re.search(case.words, message, re.IGNORECASE):
        return "the message says nothing about %s: %s" % (case.words, message)
    return None
