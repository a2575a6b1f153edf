"""Servers of one's own for what no packaged server offers: more of Digest (RFC 7616), and OAuth 2 tokens (RFC 6749)."""
import base64
import hashlib
import json
import re
import urllib.parse

from servers import PASSWORD, REALM, USER

CLIENT, CLIENT_SECRET = "clinic-7", "client secret: 5520/ü"
DIGESTS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def echo(peer, request, *fields):
    method, path, _, body = request
    peer.answer(json.dumps({"method": method, "path": path, "data": body.decode("latin-1")}).encode(), *fields)


class Digest:
    """
    Asks for Digest: the path names algorithm and qop, `/MD5-sess/auth/…`; a nonce is good for `uses` requests, and
    `tells` says whether the server tells that one was good before.
    """

    def __init__(self, uses=1000, tells=True):
        self.uses, self.tells = uses, tells
        self.nonces = {}

    def __call__(self, peer):
        while request := peer.request():
            algorithm, qop = request[1].split("/")[1:3]
            if ", Basic " in request[2].get("authorization", ""):
                # Two Authorization fields are no request (RFC 9110 §5.3); nginx answers in this way, too.
                peer.answer(b'{"error":"two Authorization fields"}', status="400 Bad Request")
                continue
            given = self.given(request[2])
            if self.is_right(request, given, algorithm, qop) and self.is_fresh(given["nonce"]):
                echo(peer, request)
            else:
                self.challenge(peer, algorithm, qop, given.get("nonce") in self.nonces and self.is_right(
                    request, given, algorithm, qop))

    @staticmethod
    def given(fields):
        scheme, _, rest = fields.get("authorization", "").partition(" ")
        found = re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', rest) if scheme.lower() == "digest" else []
        return {name: quoted or plain for name, quoted, plain in found}

    def challenge(self, peer, algorithm, qop, is_stale):
        nonce = "nonce-%d" % len(self.nonces)
        self.nonces[nonce] = 0
        peer.answer(b"{}", 'WWW-Authenticate: Digest realm="%s", qop="%s", algorithm=%s, nonce="%s", opaque="%s"%s' % (
            REALM, qop, algorithm, nonce, "o" * 8, ", stale=true" if is_stale and self.tells else ""), status="401 Unauthorized")

    def is_fresh(self, nonce):
        self.nonces[nonce] += 1
        return self.nonces[nonce] <= self.uses

    def is_right(self, request, given, algorithm, qop):
        if given.get("nonce") not in self.nonces or given.get("qop") != qop or given.get("uri") != request[1]:
            return False
        return given.get("response") == self.response(request, given, algorithm, qop)

    @staticmethod
    def response(request, given, algorithm, qop):
        """RFC 7616 §3.4.1."""
        digest = DIGESTS[algorithm.removesuffix("-sess")]

        def hashed(*parts):
            return digest(b":".join(part if isinstance(part, bytes) else part.encode() for part in parts)).hexdigest()
        who = hashed(USER, REALM, PASSWORD)
        if algorithm.endswith("-sess"):
            who = hashed(who, given["nonce"], given.get("cnonce", ""))
        what = [request[0], request[1]] + ([hashed(request[3])] if qop == "auth-int" else [])
        return hashed(who, given["nonce"], given.get("nc", ""), given.get("cnonce", ""), qop, hashed(*what))


class Tokens:
    """`POST /token` gives a token for client credentials; other paths want the newest one.

    `lifetime`: seconds, as the answer says; `uses`: how many requests a token is good for; `renews`: whether a second
    token is another one.
    """

    def __init__(self, first, lifetime=3600, uses=1000, renews=True):
        self.first, self.lifetime, self.uses, self.renews = first, lifetime, uses, renews
        self.given = 0
        self.used = 0

    @property
    def newest(self):
        return "%s-%d" % (self.first, self.given) if self.renews else self.first

    def __call__(self, peer):
        while request := peer.request():
            if request[1] == "/token":
                self.give(peer, request)
            elif request[2].get("authorization") == "Bearer " + self.newest and self.used < self.uses:
                self.used += 1
                echo(peer, request)
            else:
                peer.answer(b"{}", 'WWW-Authenticate: Bearer error="invalid_token"', status="401 Unauthorized")

    def give(self, peer, request):
        # RFC 6749 §2.3.1: both are form-encoded before they are joined.
        pair = "%s:%s" % tuple(urllib.parse.quote(text, safe="") for text in (CLIENT, CLIENT_SECRET))
        form = urllib.parse.parse_qs(request[3].decode())
        if form.get("grant_type") != ["client_credentials"] or request[0] != "POST":
            return peer.answer(b'{"error":"unsupported_grant_type"}', status="400 Bad Request")
        if request[2].get("authorization") != "Basic " + base64.b64encode(pair.encode()).decode():
            return peer.answer(b'{"error":"invalid_client"}', status="401 Unauthorized")
        self.given += 1
        self.used = 0
        peer.answer(json.dumps({"access_token": self.newest, "token_type": "Bearer", "expires_in": self.lifetime,
                                "scope": form.get("scope", [""])[0]}).encode())
