"""Jobs against httpbin under gunicorn, and against nginx with TLS: each is a job and what its final state must be."""
import functools
import hashlib
import json

import jobs

CHECKS = []


def check(name, job, expected, **configuration):
    """`expected` is the final state, or a function of it that says whether it is right."""
    CHECKS.append((name, job, expected, configuration))


def error(**expected):
    """The step must have failed with these details."""
    def holds(state):
        details = (jobs.error_of(state) or {}).get("details", {})
        return all(details.get(key) == value for key, value in expected.items())
    return holds


DATA = "fn(({ data }) => ({ data }));"
USER = dict(username="ann", password="open-sesame")

for method, call in (("GET", "get('%s')"), ("POST", "post('%s', { a: 1 })"), ("PUT", "put('%s', { a: 1 })"),
                     ("PATCH", "patch('%s', { a: 1 })"), ("DELETE", "del('%s')")):
    path = "/" + method.lower()
    check("method-" + method, call % path + "; fn(s => ({ data: s.data.json ?? null }));",
          {"data": {"a": 1} if method in ("POST", "PUT", "PATCH") else None})
check("basic", "get('/basic-auth/ann/open-sesame');" + DATA, {"data": {"authenticated": True, "user": "ann"}}, **USER)
check("basic-wrong", "get('/basic-auth/ann/another');", error(statusCode=401), **USER)
check("bearer", "get('/bearer');" + DATA, {"data": {"authenticated": True, "token": "t0ken"}}, access_token="t0ken")
for algorithm in ("MD5", "SHA-256"):
    job = "get('/digest-auth/auth/ann/open-sesame/%s');" % algorithm + DATA
    check("digest-" + algorithm, job, {"data": {"authenticated": True, "user": "ann"}}, **USER)
    check("digest-only-" + algorithm, job, {"data": {"authenticated": True, "user": "ann"}}, authentication="digest",
          **USER)
# libcurl has no SHA-512; the answer is told as it is.
check("digest-SHA-512", "get('/digest-auth/auth/ann/open-sesame/SHA-512');", error(statusCode=401), **USER)
check("digest-wrong", "get('/digest-auth/auth/ann/another');", error(statusCode=401), **USER)
check("digest-stale", "each([1, 2, 3], get('/digest-auth/auth/ann/open-sesame/MD5/2'));" + DATA,
      {"data": {"authenticated": True, "user": "ann"}}, cookies=True, **USER)
for coding in ("gzip", "deflate", "brotli"):
    check("coding-" + coding, ("get('/%s');"
          "fn(s => ({ data: s.data['%s'], coded: s.response.headers['content-encoding'] }));") % (
        coding, {"gzip": "gzipped", "deflate": "deflated", "brotli": "brotli"}[coding]), {"data": True})
for kind in ("redirect", "relative-redirect"):
    check(kind, "get('/%s/4'); fn(s => ({ code: s.response.statusCode }));" % kind, {"code": 200})
check("redirect-too-many", "get('/relative-redirect/8'); fn(s => ({ code: s.response.statusCode }));", {"code": 302})
check("redirect-307", "post('/redirect-to?status_code=307&url=/post', { a: 1 }); fn(s => ({ json: s.data.json }));",
      {"json": {"a": 1}})
check("cookies", "get('/cookies/set?a=1'); get('/cookies');" + DATA, {"data": {"cookies": {"a": "1"}}}, cookies=True)
check("no-cookies", "get('/cookies/set?a=1'); get('/cookies');" + DATA, {"data": {"cookies": {}}})
for status in (400, 404, 418, 429, 500, 503):
    check("status-%d" % status, "get('/status/%d');" % status, error(statusCode=status))
check("bytes", "get('/bytes/1000?seed=1', { parseAs: 'base64' });"
      "fn(s => ({ n: Buffer.from(s.data, 'base64').length }));",
      {"n": 1000})
check("chunks", "get('/stream-bytes/100000?chunk_size=1000', { parseAs: 'base64' });"
      "fn(s => ({ n: Buffer.from(s.data, 'base64').length }));", {"n": 100000})
check("drip", "get('/drip?numbytes=5&duration=1&delay=0', { parseAs: 'stream' }); fn(async s => {"
      " let n = 0, pieces = 0; for await (const piece of s.data) { n += piece.length; pieces += 1; }"
      " return { n, several: pieces > 1 }; });", {"n": 5, "several": True})
check("silence", "get('/delay/5', { timeout: 300 });", error(code="UND_ERR_HEADERS_TIMEOUT"))
check("deadline", "get('/drip?numbytes=10&duration=5&delay=0', { deadline: 500 });", error(code="DEADLINE_EXCEEDED"))
check("form", "post('/post', { a: 'x', b: [1, 2] }, { contentType: 'urlencoded' }); fn(s => ({ form: s.data.form }));",
      {"form": {"a": "x", "b": ["1", "2"]}})
check("multipart", "post('/post', { a: 'x' }, { files: { scan: { filename: 's.txt', content: 'hello' } } });"
      "fn(s => ({ form: s.data.form, files: s.data.files }));", {"form": {"a": "x"}, "files": {"scan": "hello"}})
check("query", "get('/get?z=1', { query: { a: ['x y', 2], b: true } }); fn(s => ({ args: s.data.args }));",
      {"args": {"a": ["x y", "2"], "b": "true", "z": "1"}})
check("header-key", "get('/headers'); fn(s => ({ key: s.data.headers['X-Api-Key'] }));", {"key": "the-key"},
      authentication="header", apiKey="the-key")
check("query-key", "get('/get'); fn(s => ({ args: s.data.args }));", {"args": {"api_key": "the-key"}},
      authentication="query", apiKey="the-key")
check("utf8", "get('/encoding/utf8'); fn(s => ({ found: s.data.includes('∮ E⋅da = Q') }));", {"found": True})
check("xml", "get('/xml'); parseXML($.data);"
      "fn(s => ({ n: s.data.slideshow.slide.length, by: s.data.slideshow['@author'] }));",
      {"n": 2, "by": "Yours Truly"})
check("html", "get('/html'); parseXML($.data, $ => $('h1').text());" + DATA,
      {"data": {"body": "Herman Melville - Moby-Dick"}})
check("retry", "get('/status/503', { retry: { attempts: 3, backoff: 1 } });", error(statusCode=503))
check("concurrent", "each(_range, get(s => '/anything/' + s.data), { concurrency: 8 });"
      "fn(s => ({ same: s.data.every((d, i) => d.url.endsWith('/anything/' + i)) }));"
      "const _range = Array.from({ length: 50 }, (_, i) => i);", {"same": True})
check("too-large", "get('/bytes/5000', { maxBodySize: 4999, parseAs: 'base64' });", error(code="BODY_TOO_LARGE"))

WHO = "get('/who'); fn(s => ({ who: s.data.who }));"
check("tls", WHO, {"who": ""}, base="good", tls={"ca": "ca"})
check("tls-gzip", "get('/text.txt'); fn(s => ({ n: s.data.length, coded: s.response.headers['content-encoding'] }));",
      {"n": 13000}, base="good", tls={"ca": "ca"})
check("tls-unknown-authority", WHO, error(code="UNABLE_TO_VERIFY_LEAF_SIGNATURE"), base="good")
check("tls-expired", WHO, error(code="CERT_HAS_EXPIRED"), base="expired", tls={"ca": "ca"})
check("tls-wrong-host", "get('/who');", error(code="ERR_TLS_CERT_ALTNAME_INVALID"), base="wrong-host", tls={"ca": "ca"})
check("tls-unchecked", WHO, {"who": ""}, base="expired", tls={"rejectUnauthorized": False})
check("tls-client", WHO, {"who": "CN=clinic"}, base="client", tls={"ca": "ca", "cert": "client", "key": "client"})
check("tls-no-client", WHO, error(statusCode=400), base="client", tls={"ca": "ca"})


check("object-that-looks-like-a-stream", "post('/post', { type: 'ReadableStream', note: 'x' }); fn(s => ({ json: s.data.json }));",
      {"json": {"type": "ReadableStream", "note": "x"}})
check("xml-in-another-encoding", "fn(s => ({ ...s, data: '<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a><b>é</b></a>' }));"
      "parseXML($.data, { path: 'a/b' }, (s, items) => ({ items }));", {"items": ["é"]})
check("xml-of-many-megabytes", "fn(s => ({ ...s, data: '<a>' + '<b>1234567890</b>'.repeat(1000000) + '</a>' }));"
      "parseXML($.data, { path: 'a/b', chunkSize: 400000 }, (s, items) => ({ n: (s.n ?? 0) + items.length, data: 0 }));"
      "fn(({ n }) => ({ n }));", {"n": 1000000})

HTTP = "get('/who'); fn(s => ({ http: s.data.http }));"
check("http-1", HTTP, {"http": "HTTP/1.1"}, base="good", tls={"ca": "ca"})
check("http-2", HTTP, {"http": "HTTP/2.0"}, base="good", tls={"ca": "ca"}, http2=True)
check("http-2-many", "each(_range, get('/who'), { concurrency: 30 });"
      "fn(s => ({ all: s.data.every(d => d.http === 'HTTP/2.0'), n: s.data.length }));"
      "const _range = Array.from({ length: 300 }, (_, i) => i);", {"all": True, "n": 300},
      base="good", tls={"ca": "ca"}, http2=True)
check("http-2-post", "post('/text.txt', 'x'.repeat(200000), { errors: false }); fn(s => ({ code: s.response.statusCode }));",
      {"code": 405}, base="good", tls={"ca": "ca"}, http2=True)
check("http-2-not-offered", "get('/get'); fn(s => ({ code: s.response.statusCode }));", {"code": 200}, http2=True)

SAVE = "get('/bytes/5000?seed=3', { saveAs: 'in/b.bin' });"
HELLO = "get('/base64/aGVsbG8=', { saveAs: 'hello.txt' });"
check("save", HELLO + DATA,
      {"data": {"path": "hello.txt", "size": 5, "sha256": hashlib.sha256(b"hello").hexdigest()}})
check("save-checksum", "get('/bytes/5000?seed=3', { saveAs: { path: 'b', sha256: '" + "0" * 64 + "' } });",
      error(code="CHECKSUM_MISMATCH"))
check("save-elsewhere", "get('/get', { saveAs: '../b' });", lambda state: "below the folder" in jobs.error_of(state)["message"])
check("save-redirected", "get('/redirect-to?url=/bytes/9%3Fseed=1', { saveAs: 'b' }); fn(s => ({ n: s.data.size }));", {"n": 9})
check("save-with-digest", "get('/digest-auth/auth/ann/open-sesame/MD5', { saveAs: 'b' }); fn(s => ({ ok: s.data.size > 0 }));",
      {"ok": True}, **USER)
SENT = "fn(s => ({ length: s.data.headers['Content-Length'] ?? 'chunked', coded: s.data.headers['Content-Encoding'] ?? null }));"
check("send-file", SAVE + "put('/put', null, { sendFile: 'in/b.bin' });" + SENT, {"length": "5000", "coded": None})
check("send-file-whole", HELLO + "put('/put', null, { sendFile: 'hello.txt' }); fn(s => ({ sent: s.data.data }));",
      {"sent": "hello"})
check("send-compressed", "post('/post', { a: 1 }, { compress: 'gzip' });"
      "fn(s => ({ coded: s.data.headers['Content-Encoding'], gzip: /base64,H4sI/.test(s.data.data) }));",
      {"coded": "gzip", "gzip": True})
check("send-file-compressed", SAVE + "put('/put', null, { sendFile: 'in/b.bin', compress: 'gzip' });" + SENT,
      {"length": "chunked", "coded": "gzip"})
check("send-form-file", SAVE + "post('/post', { a: 'x' }, { files: { scan: { path: 'in/b.bin' } } });"
      "fn(s => ({ form: s.data.form, sent: s.data.files.scan.length > 5000 }));", {"form": {"a": "x"}, "sent": True})
check("send-stream", "get('/stream-bytes/200000?seed=1', { parseAs: 'stream' }); post('/post', $.data);"
      "fn(s => ({ n: Buffer.from(s.data.data.split(',')[1], 'base64').length }));", {"n": 102400})
check("send-stream-twice", "get('/bytes/10', { parseAs: 'stream' }); post('/redirect-to?status_code=307&url=/post', $.data);",
      lambda state: "cannot be sent a second time" in jobs.error_of(state)["message"])
check("cache", "get('/etag/one', { cache: true }); fn(s => ({ ...s, first: s.data.url })); get('/etag/one', { cache: true });"
      "fn(s => ({ same: s.data.url === s.first, code: s.response.statusCode }));", {"same": True, "code": 200})
check("xml-in-parts", "get('/xml', { parseAs: 'stream' }); parseXML($.data, { path: 'slideshow/slide', chunkSize: 1 },"
      " (s, items) => ({ ...s, titles: [...(s.titles ?? []), items[0].title] })); fn(s => ({ titles: s.titles }));",
      {"titles": ["Wake up to WonderWidgets!", "Overview"]})


# ---------------------------------------------------------------------------------------- running
def checks(bench):
    for name, job, expected, configuration in CHECKS:
        yield name, functools.partial(problem, bench, job, expected, configuration)


def problem(bench, job, expected, configuration):
    configuration = configured(bench.servers, configuration)
    outcome = jobs.run(bench.adaptor, job, configuration)

    def holds(state):
        is_right = expected(state) if callable(expected) else state == expected
        return None if is_right else "the final state should be %s" % (
            "another" if callable(expected) else json.dumps(expected))
    return jobs.complaint(outcome, configuration, holds, echoes=True)


def configured(servers, configuration):
    configuration = dict(configuration)
    configuration["baseUrl"] = base_url(servers, configuration.pop("base", "httpbin"))
    endings = {"ca": ".crt", "cert": ".crt", "key": ".key"}
    if "tls" in configuration:
        configuration["tls"] = {name: servers.text(value + endings[name]) if name in endings else value
                                for name, value in configuration["tls"].items()}
    return configuration


def base_url(servers, base):
    if base == "httpbin":
        return servers.httpbin
    if base == "wrong-host":
        return servers.tls["good"].replace("localhost", "127.0.0.1")
    return servers.tls[base]
