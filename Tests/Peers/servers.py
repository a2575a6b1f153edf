"""The servers that others wrote, and what the checks need to start and stop them.

Everything listens on 127.0.0.1, on a free port, keeps its files in one temporary folder, and is stopped by its
process id. A server starts when it is first asked for.
"""
import functools
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PACKAGES = ["httpbin==0.10.4", "gunicorn==23.0.0"]
USER, PASSWORD, REALM = "ann", "open-sesame-7391", "clinic"
TOKEN, KEY = "t0ken-of-ann-4417", "key-of-ann-8826"


class Servers:
    """What runs for the checks, and where."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def text(self, name):
        with open(self.path(name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def write(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content)
        return self.path(name)

    def start(self, command, ports, **options):
        # A session of its own: Apache takes the terminal's window-size signal for a request to stop.
        with open(self.path(os.path.basename(command[0]) + ".log"), "ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       start_new_session=True, **options)
        self.processes.append(process)
        for port in ports:
            wait_for(port, process)
        return process

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @functools.cached_property
    def certificates(self):
        """The folder with ca, server, expired, stranger (another authority's), self-signed and client .crt and .key."""
        make_certificates(self.folder)
        return self.folder

    @functools.cached_property
    def httpbin(self):
        port = free_port()
        self.start([environment(), "-m", "gunicorn", "--bind", "127.0.0.1:%d" % port, "--workers", "1",
                    "--threads", "8", "httpbin:app"], [port], cwd=self.folder)
        return "http://127.0.0.1:%d" % port

    @functools.cached_property
    def tls(self):
        """nginx: a certificate for localhost, another that has expired, and one that asks for the client's."""
        ports = {name: free_port() for name in ("good", "expired", "client")}
        more = {"client": "ssl_client_certificate %s/ca.crt; ssl_verify_client on;" % self.certificates}
        servers = "".join(
            TLS_SERVER % dict(port=port, folder=self.folder, more=more.get(name, ""),
                              certificate="expired" if name == "expired" else "server")
            for name, port in ports.items())
        self.write("text.txt", "compressible " * 1000)
        self.start_nginx("tls", servers, ports.values())
        return {name: "https://localhost:%d" % port for name, port in ports.items()}

    @functools.cached_property
    def nginx(self):
        """nginx that asks who comes, by path, before it hands the request on to httpbin; and the same with TLS."""
        plain, tls = free_port(), free_port()
        self.make_users()
        self.start_nginx("asking", NGINX_ASKING % dict(
            plain=plain, tls=tls, folder=self.certificates, backend=self.httpbin, token=TOKEN, key=KEY), (plain, tls))
        return {"plain": "http://localhost:%d" % plain, "tls": "https://localhost:%d" % tls}

    def start_nginx(self, name, servers, ports):
        configuration = NGINX % dict(
            folder=self.folder, name=name, servers=servers, user="user root;" if os.geteuid() == 0 else "")
        self.start([program("nginx"), "-c", self.write("nginx-%s.conf" % name, configuration)], ports)

    @functools.cached_property
    def apache(self):
        """Apache httpd, as `nginx`; it can ask for Digest, too."""
        plain, tls = free_port(), free_port()
        self.make_users()
        modules = "".join("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" % (name, name)
                          for name in APACHE_MODULES.split())
        configuration = APACHE % dict(
            plain=plain, tls=tls, folder=self.certificates, modules=modules, backend=self.httpbin, token=TOKEN, key=KEY,
            user="User www-data\nGroup www-data" if os.geteuid() == 0 else "")
        path = self.write("apache.conf", configuration)
        self.start([program("apache2"), "-d", self.folder, "-f", path, "-DFOREGROUND"], (plain, tls))
        return {"plain": "http://localhost:%d" % plain, "tls": "https://localhost:%d" % tls}

    def make_users(self):
        self.write("digest.users", "%s:%s:%s\n" % (USER, REALM, hashlib.md5(
            ("%s:%s:%s" % (USER, REALM, PASSWORD)).encode()).hexdigest()))
        made = subprocess.run(["openssl", "passwd", "-apr1", PASSWORD], check=True, capture_output=True, text=True)
        self.write("basic.users", "%s:%s" % (USER, made.stdout))

    def tinyproxy(self, *more):
        """The host and port of a forwarding proxy, and the file it logs to; `more` goes into its configuration."""
        port = free_port()
        name = "tinyproxy-%d" % port
        path = self.write(name + ".conf", "\n".join([
            "Port %d" % port, "Listen 127.0.0.1", "Timeout 20", "LogLevel Connect", "LogFile \"%s\"" % self.path(name),
            "MaxClients 20", *more, ""]))
        self.start([program("tinyproxy"), "-d", "-c", path], [port])
        return "127.0.0.1:%d" % port, name


NGINX = """
daemon off; master_process off; pid %(folder)s/nginx-%(name)s.pid; error_log %(folder)s/nginx-%(name)s.errors;
%(user)s
events { worker_connections 64; }
http {
  log_format paths "$request_method $request_uri $status";
  access_log %(folder)s/nginx-%(name)s.access paths; default_type text/plain; gzip on; gzip_types text/plain;
  client_max_body_size 10m; client_body_temp_path %(folder)s; proxy_temp_path %(folder)s;
  fastcgi_temp_path %(folder)s; uwsgi_temp_path %(folder)s; scgi_temp_path %(folder)s;
  %(servers)s
}
"""
TLS_SERVER = """
server {
  listen 127.0.0.1:%(port)d ssl http2; ssl_certificate %(folder)s/%(certificate)s.crt;
  ssl_certificate_key %(folder)s/%(certificate)s.key; %(more)s
  root %(folder)s;
  location = /who { default_type application/json; return 200 '{"who":"$ssl_client_s_dn","over":"$ssl_protocol","http":"$server_protocol"}'; }
}
"""
NGINX_ASKING = """
server {
  listen 127.0.0.1:%(plain)d;
  location /none/ { proxy_pass %(backend)s/anything/; }
  location /basic/ { auth_basic clinic; auth_basic_user_file %(folder)s/basic.users; proxy_pass %(backend)s/anything/; }
  location /bearer/ { if ($http_authorization != "Bearer %(token)s") { return 401; } proxy_pass %(backend)s/anything/; }
  location /header/ { if ($http_x_api_key != "%(key)s") { return 401; } proxy_pass %(backend)s/anything/; }
  location /query/ { if ($arg_api_key != "%(key)s") { return 401; } proxy_pass %(backend)s/anything/; }
}
server {
  listen 127.0.0.1:%(tls)d ssl; ssl_certificate %(folder)s/server.crt; ssl_certificate_key %(folder)s/server.key;
  ssl_client_certificate %(folder)s/ca.crt; ssl_verify_client optional;
  location /client/ { if ($ssl_client_s_dn != "CN=clinic") { return 401; } proxy_pass %(backend)s/anything/; }
  location /basic/ { auth_basic clinic; auth_basic_user_file %(folder)s/basic.users; proxy_pass %(backend)s/anything/; }
}
"""
APACHE_MODULES = """mpm_event alias authn_core authn_file authz_core authz_user auth_basic auth_digest proxy proxy_http
ssl socache_shmcb"""
APACHE = """
ServerName localhost
DefaultRuntimeDir %(folder)s
PidFile %(folder)s/apache.pid
ErrorLog %(folder)s/apache.errors
%(user)s
%(modules)s
StartServers 1
ServerLimit 1
ThreadsPerChild 8
ThreadLimit 8
MaxRequestWorkers 8
MinSpareThreads 1
MaxSpareThreads 8
LogFormat "%%m %%U %%>s" paths
CustomLog %(folder)s/apache.access paths
SSLSessionCache none
Listen 127.0.0.1:%(plain)d
Listen 127.0.0.1:%(tls)d
<Location />
  ProxyPass %(backend)s/
</Location>
<Location /none/>
  ProxyPass %(backend)s/anything/
</Location>
<Location /basic/>
  ProxyPass %(backend)s/anything/
  AuthType Basic
  AuthName clinic
  AuthUserFile %(folder)s/basic.users
  Require valid-user
</Location>
<LocationMatch ^/(digest|stale)/>
  AuthType Digest
  AuthName clinic
  AuthUserFile %(folder)s/digest.users
  Require valid-user
</LocationMatch>
<Location /digest/>
  ProxyPass %(backend)s/anything/
</Location>
<Location /stale/>
  ProxyPass %(backend)s/anything/
  AuthDigestNonceLifetime 1
</Location>
<Location /bearer/>
  ProxyPass %(backend)s/anything/
  Require expr "%%{HTTP:Authorization} == 'Bearer %(token)s'"
</Location>
<Location /header/>
  ProxyPass %(backend)s/anything/
  Require expr "%%{HTTP:X-API-Key} == '%(key)s'"
</Location>
<Location /query/>
  ProxyPass %(backend)s/anything/
  Require expr "%%{QUERY_STRING} =~ /(^|&)api_key=%(key)s(&|$)/"
</Location>
<VirtualHost 127.0.0.1:%(tls)d>
  SSLEngine on
  SSLCertificateFile %(folder)s/server.crt
  SSLCertificateKeyFile %(folder)s/server.key
  SSLCACertificateFile %(folder)s/ca.crt
  SSLVerifyClient require
  <Location /client/>
    ProxyPass %(backend)s/anything/
    Require expr "%%{SSL_CLIENT_S_DN} == 'CN=clinic'"
  </Location>
</VirtualHost>
"""


def program(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not found:
        raise SystemExit("%s is not installed; Scripts/setup installs it" % name)
    return found


def environment():
    """The Python that has httpbin; installed from the package index into .build/peers, once."""
    folder = os.path.join(ROOT, ".build", "peers")
    python = os.path.join(folder, "bin", "python")
    stamp = os.path.join(folder, "packages")
    wanted = "\n".join(PACKAGES)
    if not os.path.exists(stamp) or open(stamp).read() != wanted:
        print("installing %s" % ", ".join(PACKAGES), flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES], check=True)
        with open(stamp, "w") as file:
            file.write(wanted)
    return python


def make_certificates(folder):
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")

    def own(name, subject, *more):
        openssl("req", "-x509", *new_key, "-subj", subject, "-days", "2", "-keyout", name + ".key",
                "-out", name + ".crt", *more)

    own("ca", "/CN=test authority")
    own("another", "/CN=another authority")
    own("self-signed", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    for name, subject, days, authority in (
            ("server", "localhost", "2", "ca"), ("expired", "localhost", "-1", "ca"), ("client", "clinic", "2", "ca"),
            ("stranger", "localhost", "2", "another")):
        openssl("req", *new_key, "-subj", "/CN=" + subject,
                "-addext", "subjectAltName=DNS:localhost", "-keyout", name + ".key", "-out", name + ".csr")
        openssl("x509", "-req", "-in", name + ".csr", "-CA", authority + ".crt", "-CAkey", authority + ".key",
                "-CAcreateserial", "-copy_extensions", "copy", "-days", days, "-out", name + ".crt")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise SystemExit("no server answers on port %d; its command: %s" % (port, " ".join(process.args)))
