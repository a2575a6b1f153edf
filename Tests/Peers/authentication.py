"""Every way to say who asks: as a table with the servers that ask, and what must not go to anybody else.

A cell of the table is one job with five requests. `own` is a server of origins.py, for what the others do not offer.
"""
import functools
import json
import os
import re
import ssl

import jobs
import origins
from raw import Server
from servers import KEY, PASSWORD, ROOT, TOKEN, USER, free_port

README = os.path.join(ROOT, "Adaptors", "HTTP", "README.md")
SCHEMA = os.path.join(ROOT, "Adaptors", "HTTP", "configuration-schema.json")
BEGIN, END = "<!-- authentication table -->", "<!-- end -->"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
COLUMNS = ["nginx", "Apache", "httpbin", "own"]
NAMED = {"username": USER, "password": PASSWORD}
DIGEST = dict(NAMED, authentication="digest")
# PUT sends a megabyte; an answer counts when the server has seen method and body as they were sent.
FIVE = """
get(path, { errors: false }); fn(note('GET', ''));
post(path, { a: 1 }, { errors: false }); fn(note('POST', '{"a":1}'));
put(path, large, { contentType: 'string', errors: false }); fn(note('PUT', large));
patch(path, { b: 2 }, { errors: false }); fn(note('PATCH', '{"b":2}'));
del(path, { errors: false }); fn(note('DELETE', ''));
fn(s => ({ seen: s.seen }));
const path = %s, large = 'x'.repeat(1_000_000);
const note = (method, body) => s => {
  const { method: arrived, data, authenticated } = s.data ?? {};
  const isRight = s.response.statusCode === 200 && (authenticated || arrived === method && (data ?? '') === body);
  return { ...s, seen: [...s.seen ?? [], ...isRight ? [method] : []] };
};
"""


# ---------------------------------------------------------------------------------------- the table
class Cell:
    """A way to say who asks, and a server that asks: base URL, path and configuration of a job, by `Servers`."""

    def __init__(self, row, column, base, path, *configurations, methods=METHODS):
        self.row, self.column = row, column
        self.base, self.path = base, path
        # The job must end in the same way with each of them.
        self.configurations = configurations
        # What the server offers.
        self.methods = methods

    @property
    def name(self):
        return "%s-%s" % (re.sub(r"[^\w.-]+", "-", self.row.lower().replace("`", "")), self.column)

    def seen(self, bench):
        """The methods that went well, and what else is wrong."""
        found = []
        for configuration in self.configurations:
            methods, wrong = self.run(bench, configuration)
            if wrong:
                return methods, wrong
            found.append(methods)
        same = all(methods == found[0] for methods in found)
        return found[0], None if same else "the configurations differ: %s" % found

    def run(self, bench, configuration):
        configuration = dict(resolved(bench, configuration), baseUrl=self.base(bench))
        outcome = jobs.run(bench.adaptor, FIVE % json.dumps(self.path), configuration)
        seen = []
        # The token that OAuth 2 fetches is a secret, too.
        wrong = jobs.complaint(outcome, dict(configuration, issued={"access_token": TOKEN}), lambda state: seen.extend(
            state.get("seen") or []) or ("the job failed" if "errors" in state else None))
        return seen, wrong


def resolved(bench, configuration):
    return configuration(bench) if callable(configuration) else configuration


def authority(bench):
    return {"ca": bench.servers.text("ca.crt")}


def client(bench):
    return {"tls": dict(authority(bench), cert=bench.servers.text("client.crt"), key=bench.servers.text("client.key"))}


def tokens(bench):
    return {"authentication": "oauth2", "oauth2": {
        "tokenUrl": own(bench, "tokens") + "/token", "clientId": origins.CLIENT,
        "clientSecret": origins.CLIENT_SECRET, "scope": "read write"}}


@functools.cache
def own_server(_, name):
    # nginx and Apache cannot ask which token is the newest.
    return Server({"tokens": origins.Tokens(TOKEN, renews=False), "digest": origins.Digest()}[name])


def own(bench, name):
    return "http://127.0.0.1:%d" % own_server(bench, name).port


def nginx(bench):
    return bench.servers.nginx["plain"]


def apache(bench):
    return bench.servers.apache["plain"]


def nginx_tls(bench):
    return bench.servers.nginx["tls"]


def apache_tls(bench):
    return bench.servers.apache["tls"]


def httpbin(bench):
    return bench.servers.httpbin


def own_digest(bench):
    return own(bench, "digest")


WHO = "%s/%s" % (USER, PASSWORD)
GET = ["GET"]
CELLS = [
    Cell("none", "nginx", nginx, "/none/a", {}),
    Cell("none", "Apache", apache, "/none/a", {}),
    Cell("none", "httpbin", httpbin, "/anything", {}),
    Cell("basic", "nginx", nginx, "/basic/a", NAMED, dict(NAMED, authentication="basic")),
    Cell("basic", "Apache", apache, "/basic/a", NAMED, dict(NAMED, authentication="basic")),
    Cell("basic", "httpbin", httpbin, "/basic-auth/" + WHO, NAMED, methods=GET),
    Cell("bearer token", "nginx", nginx, "/bearer/a", {"access_token": TOKEN}),
    Cell("bearer token", "Apache", apache, "/bearer/a", {"access_token": TOKEN}),
    Cell("bearer token", "httpbin", httpbin, "/bearer", {"access_token": TOKEN}, methods=GET),
    Cell("key in a header", "nginx", nginx, "/header/a", {"authentication": "header", "apiKey": KEY}),
    Cell("key in a header", "Apache", apache, "/header/a", {"authentication": "header", "apiKey": KEY}),
    Cell("key in the query", "nginx", nginx, "/query/a", {"authentication": "query", "apiKey": KEY}),
    Cell("key in the query", "Apache", apache, "/query/a", {"authentication": "query", "apiKey": KEY}),
    Cell("digest, MD5", "Apache", apache, "/digest/a", NAMED, DIGEST),
    Cell("digest, MD5", "httpbin", httpbin, "/digest-auth/auth/%s/MD5" % WHO, NAMED, DIGEST, methods=GET),
    Cell("digest, MD5", "own", own_digest, "/MD5/auth/a", NAMED, DIGEST),
    Cell("digest, SHA-256", "httpbin", httpbin, "/digest-auth/auth/%s/SHA-256" % WHO, NAMED, DIGEST, methods=GET),
    Cell("digest, SHA-256", "own", own_digest, "/SHA-256/auth/a", NAMED, DIGEST),
    Cell("digest, MD5-sess", "own", own_digest, "/MD5-sess/auth/a", NAMED, DIGEST),
    Cell("digest, SHA-256-sess", "own", own_digest, "/SHA-256-sess/auth/a", NAMED, DIGEST),
    Cell("digest, `qop=auth-int`", "httpbin", httpbin, "/digest-auth/auth-int/%s/MD5" % WHO, NAMED, DIGEST,
         methods=GET),
    # libcurl takes every body for empty.
    Cell("digest, `qop=auth-int`", "own", own_digest, "/MD5/auth-int/a", NAMED, DIGEST, methods=["GET", "DELETE"]),
    Cell("client certificate", "nginx", nginx_tls, "/client/a", client),
    Cell("client certificate", "Apache", apache_tls, "/client/a", client),
    Cell("OAuth 2, token from `own`", "nginx", nginx, "/bearer/a", tokens),
    Cell("OAuth 2, token from `own`", "Apache", apache, "/bearer/a", tokens),
    Cell("OAuth 2, token from `own`", "httpbin", httpbin, "/bearer", tokens, methods=GET),
    Cell("OAuth 2, token from `own`", "own", lambda bench: own(bench, "tokens"), "/a", tokens),
]


def cell_problem(bench, seen, cell):
    methods, wrong = cell.seen(bench)
    seen[cell.row, cell.column] = methods
    if not wrong and methods != cell.methods:
        wrong = "%s went well, of %s" % (", ".join(methods) or "nothing", ", ".join(cell.methods))
    return wrong


def as_markdown(seen):
    def text(row, column):
        methods = seen.get((row, column))
        if not methods:
            return "—" if methods is None else "fails"
        return "all" if methods == METHODS else ", ".join(methods)
    rows = list(dict.fromkeys(cell.row for cell in CELLS))
    lines = ["| authentication | %s |" % " | ".join(COLUMNS), "|---" * (len(COLUMNS) + 1) + "|"]
    lines += ["| %s | %s |" % (row, " | ".join(text(row, column) for column in COLUMNS)) for row in rows]
    return "\n".join(lines)


def table(bench):
    """The table as it is seen now."""
    seen = {}
    for cell in CELLS:
        cell_problem(bench, seen, cell)
    return as_markdown(seen)


def readme_problem(seen):
    """Whether the documentation has another table than what was seen."""
    if len(seen) < len(CELLS):
        return "not all of the table was seen; run all checks named authentication-*"
    with open(README, encoding="utf-8") as file:
        text = file.read()
    if BEGIN not in text or END not in text.split(BEGIN)[1]:
        return "%s has no lines %s and %s; between them belongs\n%s" % (README, BEGIN, END, as_markdown(seen))
    if text.split(BEGIN)[1].split(END)[0].strip() != as_markdown(seen):
        return "the table in %s is not what was seen:\n%s" % (README, as_markdown(seen))
    return None


# ---------------------------------------------------------------------------------------- refused
def refused(bench, base, path, configuration, requests, job="get(%s);"):
    """The job must end with status 401 after `requests` requests at most; `base` is `Servers`' or a URL's maker."""
    configuration = dict(configuration, baseUrl=base(bench))
    outcome = jobs.run(bench.adaptor, job % json.dumps(path), configuration)

    def holds(state):
        details = (jobs.error_of(state) or {}).get("details", {})
        if details.get("statusCode") != 401:
            return "the status is %s, not 401" % details.get("statusCode", details.get("code"))
        count = logged(bench, path)
        return "the server saw %d requests" % count if count > requests else None
    return jobs.complaint(outcome, configuration, holds)


def logged(bench, path):
    """How many requests for a path the servers have seen; nginx and Apache say so in their logs."""
    count = 0
    for log in ("nginx-asking.access", "apache.access"):
        if os.path.exists(bench.servers.path(log)):
            count += sum(line.split()[1] == path for line in bench.servers.text(log).splitlines())
    return count + sum(request[1] == path for request in own_server(bench, "digest").requests)


WRONG = {"username": USER, "password": "not-the-password-3301"}
PUT = "put(%s, 'x'.repeat(1_000_000));"
REFUSED = {
    "basic-nginx": (nginx, "/basic/wrong", WRONG, 1),
    "basic-apache": (apache, "/basic/wrong-too", WRONG, 1),
    "basic-put-nginx": (nginx, "/basic/wrong-put", WRONG, 1, PUT),
    "digest-apache": (apache, "/digest/wrong", WRONG, 3),
    "digest-only-apache": (apache, "/digest/wrong-only", dict(WRONG, authentication="digest"), 2),
    "digest-put-apache": (apache, "/digest/wrong-put", WRONG, 3, PUT),
    "digest-own": (own_digest, "/SHA-256/auth/wrong", WRONG, 3),
    "digest-unknown-user-own": (own_digest, "/MD5/auth/unknown", dict(WRONG, username="bob"), 3),
    "nobody-nginx": (nginx, "/basic/nobody", {}, 1),
    "nobody-apache-digest": (apache, "/digest/nobody", {}, 1),
    "bearer-nginx": (nginx, "/bearer/wrong", {"access_token": "another-token-1191"}, 1),
    "key-nginx": (nginx, "/header/wrong", {"authentication": "header", "apiKey": "another-key-2207"}, 1),
}


# ---------------------------------------------------------------------------------------- stale nonces
def ending(expected):
    return lambda state: None if state == expected else "the final state is not %s" % expected


def goes_well(bench, base, job, configuration, expected):
    configuration = dict(configuration, baseUrl=base)
    outcome = jobs.run(bench.adaptor, job, configuration)
    return jobs.complaint(outcome, configuration, ending(expected))


def stale_in_apache(bench, configuration):
    job = ("get('/stale/a'); fn(async s => { await new Promise(done => setTimeout(done, 1300)); return s; });"
           "post('/stale/a', { a: 1 }); fn(s => ({ method: s.data.method }));")
    return goes_well(bench, apache(bench), job, configuration, {"method": "POST"})


def stale_after_two(bench, configuration):
    with Server(origins.Digest(uses=2)) as server:
        return goes_well(bench, "http://127.0.0.1:%d" % server.port, FIVE % '"/SHA-256/auth/a"', configuration,
                         {"seen": METHODS})


def used_up_without_a_word(bench, configuration):
    """Every nonce is good once, and the server only ever asks again."""
    with Server(origins.Digest(uses=1, tells=False)) as server:
        return goes_well(bench, "http://127.0.0.1:%d" % server.port, FIVE % '"/SHA-256/auth/a"', configuration,
                         {"seen": METHODS})


def asked_in_another_way(bench, configuration):
    """Two folders of an origin that ask in different ways."""
    with Server(origins.Digest()) as server:
        job = "get('/MD5/auth/a'); post('/SHA-256/auth/a', {}); get('/MD5/auth/b'); fn(s => ({ method: s.data.method }));"
        return goes_well(bench, "http://127.0.0.1:%d" % server.port, job, configuration, {"method": "GET"})


# ---------------------------------------------------------------------------------------- OAuth 2
def token_job(bench, server, job, holds, **more):
    base = "http://127.0.0.1:%d" % server.port
    oauth2 = {"tokenUrl": base + "/token", "clientId": origins.CLIENT, "clientSecret": origins.CLIENT_SECRET, **more}
    configuration = {"baseUrl": base, "authentication": "oauth2", "oauth2": oauth2}
    outcome = jobs.run(bench.adaptor, job, configuration)
    return jobs.complaint(outcome, dict(configuration, issued={"access_token": TOKEN}), holds)


def fetched(bench, how, job, count):
    """The job must go well with so many tokens."""
    origin = origins.Tokens(TOKEN, **how)
    with Server(origin) as server:
        def holds(state):
            if state != {"code": 200}:
                return "the job did not go well"
            return None if origin.given == count else "%d tokens were fetched, not %d" % (origin.given, count)
        return token_job(bench, server, job + "fn(s => ({ code: s.response.statusCode }));", holds)


def token_refused(bench, behave, pattern, **more):
    """The job must fail, with a message like this, and the server must see few requests."""
    with Server(behave) as server:
        def holds(state):
            message = (jobs.error_of(state) or {}).get("message", "")
            if not re.search(pattern, message):
                return "the message is not like %r: %s" % (pattern, message)
            return "the server saw %d requests" % len(server.requests) if len(server.requests) > 4 else None
        return token_job(bench, server, "get('/a');", holds, **more)


def refuses_every_token(peer):
    while request := peer.request():
        if request[1] == "/token":
            peer.answer(json.dumps({"access_token": TOKEN, "expires_in": 3600}).encode())
        else:
            peer.answer(json.dumps({"you sent": request[2].get("authorization")}).encode(), status="401 Unauthorized")


def token_endpoint(body, status="200 OK"):
    return lambda peer: peer.serve(status=status, body=body)


PAUSE = "fn(async s => { await new Promise(done => setTimeout(done, 1200)); return s; });"
TOKENS = {
    "one-for-many": (fetched, {}, "each([1, 2, 3, 4, 5, 6, 7, 8], get('/a'), { concurrency: 4 }); get('/a');", 1),
    "replaced-when-it-expires": (fetched, {"lifetime": 11}, "get('/a');" + PAUSE + "get('/a');", 2),
    "replaced-when-it-is-refused": (fetched, {"uses": 1}, "get('/a'); post('/a', { a: 1 });", 2),
    "always-refused": (token_refused, refuses_every_token, "^GET to .*/a returned 401"),
    "wrong-secret": (token_refused, origins.Tokens(TOKEN), "^POST to .*/token returned 401"),
    "endpoint-fails": (token_refused, token_endpoint(b"{}", "503 Busy"), "^POST to .*/token returned 503"),
    "endpoint-without-token": (token_refused, token_endpoint(b'{"token_type":"Bearer"}'), "access_token"),
    "endpoint-sends-a-page": (token_refused, token_endpoint(b"<html>"), "token"),
    "endpoint-is-silent": (token_refused, lambda peer: None, "^POST to .*/token failed: "),
}


# ---------------------------------------------------------------------------------------- other origins
def strayed(bench, name, status, method):
    """A redirect to another origin must carry nothing that proves who asks, even if that one demands it."""
    def challenge(peer):
        peer.serve('WWW-Authenticate: Digest realm="clinic", nonce="n", qop="auth"',
                   'WWW-Authenticate: Basic realm="a"', status="401 Unauthorized")

    def send_away(peer):
        while request := peer.request():
            if request[1] == "/token":
                peer.answer(json.dumps({"access_token": TOKEN}).encode())
            else:
                peer.answer(b"{}", "Location: http://localhost:%d/away" % other.port, "Set-Cookie: session=c00kie-6614",
                            status=status + " Away")

    with Server(challenge) as other, Server(send_away) as first:
        base = "http://127.0.0.1:%d" % first.port
        configuration, headers = STRAYED[name]
        configuration = json.loads(json.dumps(dict(configuration, baseUrl=base)).replace("BASE", base))
        job = "request(%s, '/it', { errors: false, headers: %s }); fn(s => ({ code: s.response.statusCode }));"
        outcome = jobs.run(bench.adaptor, job % (json.dumps(method), json.dumps(headers)), configuration)

        def holds(state):
            if state != {"code": 401} or len(other.requests) != 1:
                return "the other server saw %d requests" % len(other.requests)
            return shown(other.requests[0], configuration, headers)
        return jobs.complaint(outcome, configuration, holds)


def shown(request, configuration, headers=()):
    """What a request shows of the credentials of a job."""
    text = json.dumps(request)
    values = [*jobs.secrets(configuration), TOKEN, "c00kie-6614", *dict(headers).values()]
    told = [name for name in ("authorization", "cookie", "proxy-authorization", "x-api-key") if name in request[2]]
    told += [value for value in values if value in text]
    return "the other server was told %s: %s" % (", ".join(told), text) if told else None


STRAYED = {
    "basic": (NAMED, {}),
    "digest": (DIGEST, {}),
    "bearer": ({"access_token": TOKEN}, {}),
    "header-key": ({"authentication": "header", "apiKey": KEY}, {}),
    "named-header-key": ({"authentication": "header", "apiKey": KEY, "keyName": "X-Clinic"}, {}),
    "query-key": ({"authentication": "query", "apiKey": KEY}, {}),
    "oauth2": ({"authentication": "oauth2", "oauth2": {
        "tokenUrl": "BASE/token", "clientId": origins.CLIENT, "clientSecret": origins.CLIENT_SECRET}}, {}),
    "cookies": (dict(NAMED, cookies=True), {}),
    "own-headers": ({}, {
        "Authorization": "Own 771-secret", "Cookie": "mine=772-secret", "Proxy-Authorization": "773-secret"}),
}


TRICKS = [
    "//localhost:%(b)d/away", "\\\\localhost:%(b)d/away", "/\\localhost:%(b)d/away", "http:\\\\localhost:%(b)d/away",
    "HTTP://LOCALHOST:%(b)d/away", "http:///localhost:%(b)d/away", "ht\ttp://localhost:%(b)d/away",
    "http://127.0.0.1:%(a)d@localhost:%(b)d/away", "http://ann:x@localhost:%(b)d/away",
    "http://127.0.0.1:%(a)d\\@localhost:%(b)d/away", "http://127.0.0.1:%(a)d\t@localhost:%(b)d/away",
    "http://127.0.0.1:%(a)d#@localhost:%(b)d/away", "http://127.0.0.1:%(a)d?@localhost:%(b)d/away",
    "http://127.0.0.1:%(a)d;@localhost:%(b)d/away", "http://127.0.0.1:%(a)d%%2f@localhost:%(b)d/away",
    "http://127.0.0.1:%(a)d%%00@localhost:%(b)d/away", "http://[::ffff:127.0.0.1]:%(b)d/away",
    "http://0x7f000001:%(b)d/away", "http://127.0.0.1.:%(b)d/away", "http://127.0.0.1:0%(b)d/away",
    "http://127.0.0.1:%(a)d:%(b)d/away", "http://127.0.0.1:%(a)d@127.0.0.1:%(b)d@127.0.0.1:%(a)d/away",
]


def tricked(bench, trick):
    """A redirect whose URL is written so that two parsers could read two servers in it."""
    def serve(peer):
        while request := peer.request():
            if peer.server is first and request[1] == "/it":
                peer.answer(b"{}", "Location: " + trick % dict(a=first.port, b=other.port), status="302 Away")
            else:
                peer.answer()

    with Server(serve) as other, Server(serve) as first:
        configuration = dict(NAMED, baseUrl="http://127.0.0.1:%d" % first.port)
        outcome = jobs.run(bench.adaptor, "get('/it', { timeout: 2000 });", configuration)
        # What the URL itself has before its @ is no secret of the job.
        told = [request for request in other.requests
                if any(secret in json.dumps(request) for secret in jobs.secrets(configuration))]
        return jobs.complaint(outcome, configuration, lambda _: "the other server was told %s" % told if told else None)


def paged(bench, options, page):
    """The next page must not make anybody else know who asks."""
    def serve(peer):
        while peer.request():
            where = "http://localhost:%d/away" % other.port
            peer.answer(page.replace("NEXT", where).encode(), "Link: <%s>; rel=\"next\"" % where)

    with Server(lambda peer: peer.serve(body=b"[]")) as other, Server(serve) as first:
        configuration = dict(NAMED, baseUrl="http://127.0.0.1:%d" % first.port)
        outcome = jobs.run(bench.adaptor, "paginate('/it', %s);" % options, configuration)
        return jobs.complaint(outcome, configuration, lambda _: next(filter(None, (
            shown(request, configuration) for request in other.requests)), None))


PAGES = {"link": ("{}", "[1]"), "path": ("{ items: '$.a[*]', next: '$.next' }", '{"a":[1],"next":"NEXT"}')}


def shows_no_password(bench, configuration, first):
    """Once a server has asked for Digest the password goes nowhere; `first`: requests that may still carry it."""
    with Server(origins.Digest()) as server:
        configuration = dict(configuration, baseUrl="http://127.0.0.1:%d" % server.port)
        outcome = jobs.run(bench.adaptor, FIVE % '"/SHA-256/auth/a"', configuration)
        open_ones = [number for number, (_, _, fields) in enumerate(server.requests)
                     if jobs.encoded(USER, PASSWORD) in json.dumps(fields)]
        return jobs.complaint(outcome, configuration, lambda _: None if not open_ones[first:] else (
            "%d of %d requests carry the password in the clear" % (len(open_ones), len(server.requests))))


def strayed_certificate(bench):
    """The client's certificate must not be shown to another origin, not even if that one asks for it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bench.servers.certificates + "/server.crt", bench.servers.certificates + "/server.key")
    context.load_verify_locations(bench.servers.path("ca.crt"))
    context.verify_mode = ssl.CERT_OPTIONAL
    certificates = []

    def look(peer):
        certificates.append(peer.socket.getpeercert())
        peer.serve()

    def send_away(peer):
        certificates.append(peer.socket.getpeercert())
        peer.serve("Location: https://localhost:%d/away" % other.port, status="302 Away")

    with Server(look, context) as other, Server(send_away, context) as first:
        configuration = dict(client(bench), baseUrl="https://localhost:%d" % first.port)
        outcome = jobs.run(bench.adaptor, "get('/it'); fn(s => ({ code: s.response.statusCode }));", configuration)
        return jobs.complaint(outcome, configuration, lambda state: None if (
            state == {"code": 200} and [bool(one) for one in certificates] == [True, False]) else
            "the certificates were shown as %s" % certificates)


# ---------------------------------------------------------------------------------------- proxies
PROXY_USER, PROXY_PASSWORD = "porter", "gate-9042"


@functools.cache
def proxy(bench, *more):
    return bench.servers.tinyproxy(*more)


def open_proxy(bench):
    return proxy(bench)


def locked_proxy(bench):
    return proxy(bench, "BasicAuth %s %s" % (PROXY_USER, PROXY_PASSWORD))


def through(bench, base, path, configuration, choose, user="", environment=None):
    """The job must go well, and the proxy that `choose` starts must have seen it."""
    base = base(bench)
    host, log = choose(bench)
    configuration = dict({"proxy": "http://%s%s" % (user, host)}, **configuration, baseUrl=base)
    if base.startswith("https"):
        configuration["tls"] = authority(bench)
    environment = {name: value.replace("PROXY", host) for name, value in (environment or {}).items()}
    port = base.rsplit(":", 1)[1]
    before = bench.servers.text(log).count(":" + port)
    outcome = jobs.run(bench.adaptor, FIVE % json.dumps(path), configuration, **environment)

    def holds(state):
        if state != {"seen": METHODS}:
            return "%s went well" % state.get("seen")
        return None if bench.servers.text(log).count(":" + port) > before else "it did not go through the proxy"
    return jobs.complaint(outcome, configuration, holds)


def around(bench, configuration, environment):
    """The job must go well without its proxy, which is where nobody listens."""
    closed = "http://127.0.0.1:%d" % free_port()
    configuration = dict(NAMED, baseUrl=nginx(bench), **configuration)
    if configuration.get("proxy") == "closed":
        configuration["proxy"] = closed
    options = ", proxy: false" if configuration.get("proxy") == closed else ""
    job = "get('/basic/a', { timeout: 2000%s }); fn(s => ({ code: s.response.statusCode }));" % options
    outcome = jobs.run(bench.adaptor, job, configuration, HTTP_PROXY=closed, http_proxy=closed, **environment)
    return jobs.complaint(outcome, configuration, ending({"code": 200}))


def proxy_fails(bench, base, proxy_url, code=None, status=None):
    """The job must fail because of its proxy, and say so."""
    base = base(bench)
    configuration = dict(NAMED, baseUrl=base, proxy=proxy_url(bench), tls=authority(bench))
    outcome = jobs.run(bench.adaptor, "get('/basic/a');", configuration)

    def holds(state):
        error = jobs.error_of(state) or {"details": {}, "message": ""}
        if status and error["details"].get("statusCode") in status:
            return None
        if error["details"].get("code") != code:
            return "the code is %s, not %s" % (error["details"].get("code"), status or code)
        is_clear = "proxy" in error["message"].lower() and base in error["message"]
        return None if is_clear else "the message does not name the proxy and %s: %s" % (base, error["message"])
    return jobs.complaint(outcome, configuration, holds)


def behind_the_proxy(bench, is_secure):
    """The target must not see who asks at the proxy."""
    context = None
    if is_secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(bench.servers.certificates + "/server.crt", bench.servers.certificates + "/server.key")
    with Server(lambda peer: peer.serve(), context) as server:
        host, _ = locked_proxy(bench)
        configuration = {
            "baseUrl": "%s://localhost:%d" % ("https" if is_secure else "http", server.port), "tls": authority(bench),
            "proxy": "http://%s:%s@%s" % (PROXY_USER, PROXY_PASSWORD, host)}
        outcome = jobs.run(bench.adaptor, "get('/it'); fn(s => ({ code: s.response.statusCode }));", configuration)
        return jobs.complaint(outcome, configuration, lambda state: (
            shown(server.requests[0], configuration) if state == {"code": 200} else "it did not go well"))


TARGETS = {
    "basic-nginx": (nginx, "/basic/a", NAMED), "basic-tls-nginx": (nginx_tls, "/basic/a", NAMED),
    "digest-apache": (apache, "/digest/a", NAMED),
}
# libcurl reads HTTP_PROXY in small letters only, since a CGI program gets the other from its client; jobs are none.
ENVIRONMENTS = {
    "small": (nginx, {"http_proxy": "http://PROXY"}), "capital": (nginx, {"HTTP_PROXY": "http://PROXY"}),
    "tls-small": (nginx_tls, {"https_proxy": "http://PROXY"}),
    "tls-capital": (nginx_tls, {"HTTPS_PROXY": "http://PROXY"}),
}


def at_the_locked_proxy(user, bench):
    return "http://%s%s" % (user, locked_proxy(bench)[0])


def proxy_checks(bench):
    user = "%s:%s@" % (PROXY_USER, PROXY_PASSWORD)
    wrong = functools.partial(at_the_locked_proxy, "%s:another-password-118@" % PROXY_USER)
    nobody = functools.partial(at_the_locked_proxy, "")
    for name, target in TARGETS.items():
        yield name, functools.partial(through, bench, *target, open_proxy)
        yield "user-" + name, functools.partial(through, bench, *target, locked_proxy, user=user)
    for name, (base, variables) in ENVIRONMENTS.items():
        yield "of-the-environment-" + name, functools.partial(
            through, bench, base, "/basic/a", dict(NAMED, proxy=True), open_proxy, environment=variables)
    yield "not-of-the-environment", functools.partial(around, bench, {}, {})
    yield "switched-off", functools.partial(around, bench, {"proxy": "closed"}, {})
    yield "none-for-localhost", functools.partial(around, bench, {"proxy": True}, {"NO_PROXY": "localhost"})
    # tinyproxy says 401 where 407 would be right.
    yield "wrong-password", functools.partial(proxy_fails, bench, nginx, wrong, status=(401, 407))
    yield "wrong-password-tls", functools.partial(proxy_fails, bench, nginx_tls, wrong, code="UND_ERR_PROXY")
    yield "no-password-tls", functools.partial(proxy_fails, bench, nginx_tls, nobody, code="UND_ERR_PROXY")
    for name, base in (("refused", nginx), ("refused-tls", nginx_tls)):
        yield name, functools.partial(proxy_fails, bench, base, lambda _: "http://127.0.0.1:1", code="ECONNREFUSED")
    yield "not-known", functools.partial(
        proxy_fails, bench, nginx, lambda _: "http://proxy.invalid:8080", code="ENOTFOUND")
    for kind, is_secure in (("plain", False), ("tls", True)):
        yield "keeps-its-user-" + kind, functools.partial(behind_the_proxy, bench, is_secure)


# ---------------------------------------------------------------------------------------- configurations
VALIDATE = """
fn(async ({ schema, configurations }) => {
  const wrong = [];
  for (const data of configurations) {
    const { validationErrors } = await validate(schema, '$.data')({ data });
    if (validationErrors.length > 0) wrong.push({ data, validationErrors });
  }
  return { wrong };
});
"""


def examples():
    """The configurations in the documentation: the JSON in its fences, or its member `configuration`."""
    with open(README, encoding="utf-8") as file:
        fences = re.findall(r"^```json\n(.*?)^```", file.read(), re.MULTILINE | re.DOTALL)
    return [value.get("configuration", value) for value in map(json.loads, fences)]


def used(bench):
    """The configurations of the table."""
    return [dict(resolved(bench, given), baseUrl="https://clinic.example")
            for cell in CELLS for given in cell.configurations]


def schema_problem(bench, find):
    """Whether the schema refuses a configuration."""
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    state = {"schema": schema, "configurations": find()}
    outcome = jobs.run(bench.adaptor, VALIDATE, {}, state=state, adaptors=["common"])
    return jobs.complaint(outcome, {}, ending({"wrong": []}))


# ---------------------------------------------------------------------------------------- running
def checks(bench):
    seen = {}
    for cell in CELLS:
        yield "authentication-" + cell.name, functools.partial(cell_problem, bench, seen, cell)
    yield "authentication-table", functools.partial(readme_problem, seen)
    for name, case in REFUSED.items():
        yield "authentication-refused-" + name, functools.partial(refused, bench, *case)
    for way, configuration in (("basic", NAMED), ("digest", DIGEST)):
        yield "authentication-stale-apache-" + way, functools.partial(stale_in_apache, bench, configuration)
        yield "authentication-stale-own-" + way, functools.partial(stale_after_two, bench, configuration)
        yield "authentication-used-up-" + way, functools.partial(used_up_without_a_word, bench, configuration)
        yield "authentication-another-way-" + way, functools.partial(asked_in_another_way, bench, configuration)
        yield "authentication-no-password-to-digest-" + way, functools.partial(
            shows_no_password, bench, configuration, 1 if way == "basic" else 0)
    for name, (what, *case) in TOKENS.items():
        more = {"clientSecret": "another-secret-6170"} if name == "wrong-secret" else {}
        yield "authentication-token-" + name, functools.partial(what, bench, *case, **more)
    for name in STRAYED:
        for status, method in (("302", "GET"), ("307", "POST"), ("308", "PUT")):
            yield "authentication-elsewhere-%s-%s" % (name, status), functools.partial(
                strayed, bench, name, status, method)
    for number, trick in enumerate(TRICKS):
        yield "authentication-elsewhere-trick-%d" % number, functools.partial(tricked, bench, trick)
    for name, (options, page) in PAGES.items():
        yield "authentication-elsewhere-page-" + name, functools.partial(paged, bench, options, page)
    yield "authentication-elsewhere-certificate", functools.partial(strayed_certificate, bench)
    for name, holds in proxy_checks(bench):
        yield "authentication-proxy-" + name, holds
    yield "authentication-schema-takes-these", functools.partial(schema_problem, bench, functools.partial(used, bench))
    yield "authentication-schema-takes-the-examples", functools.partial(schema_problem, bench, examples)
