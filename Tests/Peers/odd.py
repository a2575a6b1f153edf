"""Servers that are odd and right: what they do has to lead to the right requests and the right state."""
import json
import time

from broken import CASES, Case
from servers import PASSWORD, USER

import base64


def odd(name, job, final, **expected):
    def add(behave):
        CASES.append(Case("odd-" + name, behave, job=job + "fn(({ out, data }) => ({ out: out ?? data }));",
                          final={"out": final}, **expected))
        return behave
    return add


def echo(peer):
    """Answers with what was asked for."""
    while True:
        request = peer.request()
        if not request:
            return
        method, path, fields, body = request
        peer.answer(json.dumps({"method": method, "path": path, "body": body.decode(),
                                "authorization": fields.get("authorization")}).encode())


KEEP = "fn(s => ({ ...s, out: s.data }));"


@odd("head-with-a-body", "request('HEAD', '/it', { body: { a: 1 } }); fn(s => ({ ...s, out: s.response.statusCode }));", 200)
def head_with_a_body(peer):
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    peer.serve()


odd("paginate-keeps-the-query", "paginate('/it?cursor=YWJj==&u=/a?b=c&q=100%'); fn(s => ({ ...s, own: s.data[0].path }));"
    "get('/it?cursor=YWJj==&u=/a?b=c&q=100%'); fn(s => ({ ...s, out: [s.own, s.own === s.data.path] }));",
    ["/it?cursor=YWJj%3D%3D&u=%2Fa%3Fb%3Dc&q=100%25", True])(echo)
odd("paginate-by-number-keeps-the-query",
    "paginate('/it?cursor=YWJj==&u=/a?b=c#end', { page: true, maxPages: 1 }).catch((e, s) => ({ ...s, out: e.message }));",
    "there are more than 1 pages; maxPages says how many may be read")(echo)


@odd("paginate-until-a-page-has-no-body", "paginate('/it', { page: true }, (s, items) => ({ ...s, out: [...(s.out ?? []), ...items] }));",
     [1, 2])
def until_a_page_has_no_body(peer):
    for body in (b"[1]", b"[2]"):
        peer.request()
        peer.answer(body)
    peer.request()
    peer.send(b"HTTP/1.1 204 No Content\r\n\r\n")
    peer.serve()


@odd("paginate-by-a-link-with-quoted-marks", "paginate('/it');", [1, 2])
def a_link_with_quoted_marks(peer):
    peer.request()
    peer.answer(b"[1]", 'Link: <<<, <?p=2>; title="a \\"q\\" b"; rel="next"')
    peer.request()
    peer.answer(b"[2]")
    peer.serve()


@odd("paginate-with-a-cursor-that-stays", "paginate('/it', { cursor: { path: '$.next' } }).catch((e, s) => ({ ...s, out: e.message }));",
     'a page names "x" as the next cursor again')
def a_cursor_that_stays(peer):
    peer.serve(body=b'{"next":"x"}')


@odd("digest-behind-another-challenge", "get('/it');" + KEEP, {"ok": True})
def digest_behind_another_challenge(peer):
    while True:
        request = peer.request()
        if not request:
            return
        if request[2].get("authorization", "").startswith("Digest "):
            peer.answer(b'{"ok":true}')
        else:
            peer.answer(b"{}", 'WWW-Authenticate: Basic realm="b", Digest realm="r", nonce="n", qop="auth"', status="401 No")


@odd("redirect-to-nowhere", "get('/it').catch((e, s) => ({ ...s, out: e.code }));", "UND_ERR_INVALID_ARG")
def redirect_to_a_fragment(peer):
    peer.serve("Location: #top", status="302 Found")


odd("redirect-without-a-place", "get('/it');" + KEEP, {"a": 1})(
    lambda peer: peer.serve("Location:", status="302 Found", body=b'{"a":1}'))
odd("own-key-in-the-query", "get('/it?api_key=own');" + KEEP + "fn(s => ({ ...s, out: s.out.path }));", "/it?api_key=own",
    authentication="query", apiKey="s3cretKEY99")(echo)


@odd("key-in-a-link", "paginate('/it', {}, (s, items) => ({ ...s, urls: [...(s.urls ?? []), s.response.url, s.response.query ?? {}] }));"
     "fn(s => ({ ...s, out: JSON.stringify(s.urls).includes('s3cretKEY99') }));", False, authentication="query", apiKey="s3cretKEY99")
def key_in_a_link(peer):
    peer.request()
    peer.answer(b"[1]", 'Link: </it?page=2&api_key=s3cretKEY99>; rel="next"')
    peer.request()
    peer.answer(b"[2]")
    peer.serve()


@odd("secrets-in-keys-and-other-escapes", "get('/it').catch((e, s) => ({ ...s, out: JSON.stringify(e.body).length > 2 }));", True,
     access_token="ab/cd+ef&gh/SECRET")
def secrets_in_keys(peer):
    peer.serve(status="400 Bad", body=json.dumps({"ab/cd+ef&gh/SECRET": 1, "php": "-"}).encode()[:-1]
               + b',"x":"ab\\/cd+ef&gh\\/SECRET","n":"ab/cd\\u002Bef\\u0026gh/SECRET"}')


@odd("own-authorization-beside-oauth2", "post('/it', { a: 1 }, { headers: { Authorization: 'Own one' } });" + KEEP
     + "fn(s => ({ ...s, out: s.out.authorization }));", "Own one", authentication="oauth2", requests=1,
     oauth2={"tokenUrl": "http://127.0.0.1:9/token", "clientId": "a", "clientSecret": "b-secret-c"})
def own_authorization(peer):
    echo(peer)


odd("a-stream-is-no-form", "get('/it', { parseAs: 'stream' }); post('/it', $.data, { contentType: 'form' })"
    ".catch((e, s) => ({ out: e.message }));", "a stream is a body of its own, and no field of a form")(echo)
odd("a-file-is-no-form", "post('/it', { a: 1 }, { sendFile: 'x', contentType: 'urlencoded' }).catch((e, s) => ({ out: e.message }));",
    "sendFile is the whole body; in a form a file stands under 'files'")(echo)
odd("deadline-of-nothing", "post('/it', {}, { deadline: 0 }).catch((e, s) => ({ out: e.message }));",
    "deadline is a number of milliseconds above 0", requests=0)(echo)


@odd("resume-within-the-limit", "get('/it', { saveAs: { path: 'a.bin', resume: true }, maxBodySize: 6 }).catch((e, s) => s);"
     "get('/it', { saveAs: { path: 'a.bin', resume: true }, maxBodySize: 6 }).catch((e, s) => ({ ...s, out: e.code }));", "BODY_TOO_LARGE")
def resume_within_the_limit(peer):
    request = peer.request()
    if "range" in request[2]:
        peer.send(b"HTTP/1.1 206 Partial\r\nETag: \"x\"\r\nContent-Range: bytes 4-9/10\r\nContent-Length: 6\r\n\r\n456789")
    else:
        peer.send(b"HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 10\r\n\r\n0123")
        time.sleep(0.1)
        peer.reset()


@odd("user-and-password-in-the-url-stay-out", "get('/it').catch((e, s) => ({ ...s, out: Object.keys(e.body) }));", ["seen"])
def user_and_password(peer):
    """The checks of every case look for secrets in log and state."""
    pair = base64.b64encode(("%s:%s" % (USER, PASSWORD)).encode()).decode()
    peer.serve(status="400 Bad", body=json.dumps({"seen": pair}).encode())


BURST = "get('/it').catch((e, s) => ({ ...s, out: [e.code, s.configuration.baseUrl.startsWith('http://127.0.0.1'), s.stolen ?? null] }));"
for number, body in enumerate((b'1,"paths":[["configuration","baseUrl"]],"data":"http://evil.example"',
                               b'{"a":1}},"appends":[["stolen",1]],"z":{"q":1', b'[1,2],"junk":1', b'{"a":1},"keepsReferences":true',
                               b"1], [2", b'1}, "stolen": {"a": 1', b'"a", "b"')):
    odd("a-body-that-fits-elsewhere-%d" % number, BURST, [200, True, None])(lambda peer, body=body: peer.serve(body=body))


@odd("a-large-body-that-fits-elsewhere", BURST, [200, True, None], within=10)
def a_large_body(peer):
    peer.serve(body=b"[" + b'"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",' * 120000 + b'1],"paths":[["configuration","baseUrl"]]')


odd("a-negative-backoff", "get('/it', { retry: { attempts: 2, backoff: -5 } }).catch((e, s) => ({ out: e.message }));",
    "backoff and maxDelay are numbers of milliseconds from 0 on", requests=0)(echo)


@odd("a-page-instead-of-json-is-no-success", "get('/it', { parseAs: 'json' }).catch((e, s) => ({ ...s, out: e.description }));",
     "The body of the response is not what its type or parseAs promises")
def a_page_instead_of_json(peer):
    peer.serve(body=b"<html>log in</html>")
