# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for the script that sources this
# Servers for the demo, the tests and the benchmarks. To be sourced by a bash script:
#
#     source Tests/Support/servers.sh
#     trap stop_servers EXIT; trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
#
# Everything listens on 127.0.0.1 and on a free port, keeps its files in its own temporary folder, touches no
# system configuration and runs as root as well as an ordinary user. A start function returns once its server
# answers; it prints nothing unless it fails (then the end of the server's log, status 1). Call them in the
# script's own shell, never in $(...): they set variables, and only the shell that started a server can wait for it.
#
#     start_nginx DIR [USER]         DIR under basic authentication (user: demo); every file is sent as JSON,
#                                    POST /sink answers {"ok":true}
#         NGINX_URL NGINX_PORT NGINX_USER NGINX_PASSWORD
#     start_nginx --open DIR         the same without authentication (user and password are empty)
#     start_postgres [DATABASE]      a scratch cluster, scram passwords, nothing written through to the disk
#         POSTGRES_HOST POSTGRES_PORT POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DATABASE
#     scratch_psql [ARG...]          psql on that cluster
#     start_dhis2 [ARG...]           the DHIS2 simulator; arguments are passed on (--request-log FILE ...)
#         DHIS2_URL DHIS2_USER DHIS2_PASSWORD DHIS2_TOKEN
#     start_apache_digest USER PASSWORD
#                                    GET /patients.json under digest authentication
#         APACHE_URL APACHE_PORT APACHE_USER APACHE_PASSWORD APACHE_REALM
#         APACHE_LOG: a line for each request, with its status
#     free_port                      sets REPLY to a free port of 127.0.0.1
#     stop_servers                   stops what was started, by process id, waits for it, removes the folders

SERVERS_SUPPORT_DIR=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
SERVER_PIDS=()
SERVER_SIGNALS=()
SERVER_DIRS=()

# --- Starting, waiting, stopping ------------------------------------------------------------------

free_port() {
    REPLY=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
}

random_password() {
    REPLY=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
}

# server_dir NAME: sets REPLY to a new private folder that stop_servers removes.
server_dir() {
    REPLY=$(mktemp -d "${TMPDIR:-/tmp}/adaptor-$1.XXXXXX")
    SERVER_DIRS+=("$REPLY")
}

# server_started PID SIGNAL: from now on stop_servers stops PID, with SIGNAL.
server_started() {
    SERVER_PIDS+=("$1")
    SERVER_SIGNALS+=("$2")
}

# server_failed NAME LOG: says why on stderr.
server_failed() {
    echo "$1 did not start:" >&2
    tail -n 20 -- "$2" >&2 || true
    return 1
}

# await_server NAME PID LOG CHECK...: waits until CHECK succeeds, at most 20 seconds.
await_server() {
    local name=$1 pid=$2 log=$3 try
    shift 3
    for ((try = 0; try < 400; try++)); do
        # Alive first: a check could be answered by somebody else's server on the same port.
        kill -0 "$pid" 2>/dev/null || break
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.05
    done
    server_failed "$name" "$log"
}

# server_program NAME...: sets REPLY to the first of these programs, looking where Debian puts servers too.
server_program() {
    REPLY=$(PATH=$PATH:/usr/sbin:/sbin command -v "$1") && return 0
    echo "$1 is not installed: run Scripts/setup" >&2
    return 1
}

# is_running PID: whether it is still a running child of this shell (and not a later process with its number).
is_running() {
    local pid
    for pid in $(jobs -pr); do
        [[ $pid != "$1" ]] || return 0
    done
    return 1
}

stop_server() {
    local pid=$1 signal=$2 try
    if is_running "$pid"; then
        kill -s "$signal" "$pid" 2>/dev/null || true
        for ((try = 0; try < 200; try++)); do
            is_running "$pid" || break
            sleep 0.05
        done
        ! is_running "$pid" || kill -s KILL "$pid" 2>/dev/null || true
    fi
    wait "$pid" 2>/dev/null || true
}

stop_servers() {
    local i
    for ((i = ${#SERVER_PIDS[@]} - 1; i >= 0; i--)); do
        stop_server "${SERVER_PIDS[i]}" "${SERVER_SIGNALS[i]}"
    done
    for ((i = 0; i < ${#SERVER_DIRS[@]}; i++)); do
        rm -rf -- "${SERVER_DIRS[i]}"
    done
    SERVER_PIDS=() SERVER_SIGNALS=() SERVER_DIRS=()
}

# --- nginx ----------------------------------------------------------------------------------------

nginx_configuration() {
    local dir=$1 www=$2 port=$3 auth=
    # The workers keep root's rights: the served folder is the caller's and may be private.
    [[ $EUID != 0 ]] || echo 'user root;'
    [[ -z $NGINX_USER ]] || auth="auth_basic \"adaptor\"; auth_basic_user_file $dir/htpasswd;"
    cat <<EOF
daemon off;
worker_processes 1;
pid $dir/nginx.pid;
error_log $dir/error.log;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path $dir/body; proxy_temp_path $dir/proxy; fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi; scgi_temp_path $dir/scgi;
    types { }
    default_type application/json;
    sendfile on;
    keepalive_requests 1000000000;
    keepalive_timeout 3600s;
    client_max_body_size 100m;
    server {
        listen 127.0.0.1:$port;
        root "$www";
        $auth
        location = /health { auth_basic off; return 204; }
        location = /sink { if (\$request_method = POST) { return 200 '{"ok":true}'; } return 405; }
    }
}
EOF
}

start_nginx() {
    local dir www program
    NGINX_USER=demo NGINX_PASSWORD=
    if [[ $1 == --open ]]; then
        NGINX_USER=
        shift
    fi
    www=$(cd -- "$1" && pwd) || return 1
    server_program nginx || return 1
    program=$REPLY
    server_dir nginx
    dir=$REPLY
    if [[ -n $NGINX_USER ]]; then
        NGINX_USER=${2:-demo}
        random_password
        NGINX_PASSWORD=$REPLY
        htpasswd -im -c "$dir/htpasswd" "$NGINX_USER" <<<"$NGINX_PASSWORD" 2>"$dir/log" || {
            server_failed htpasswd "$dir/log"
            return 1
        }
    fi
    free_port
    NGINX_PORT=$REPLY NGINX_URL=http://127.0.0.1:$REPLY
    nginx_configuration "$dir" "$www" "$NGINX_PORT" >"$dir/nginx.conf"
    "$program" -e "$dir/error.log" -p "$dir" -c "$dir/nginx.conf" </dev/null >"$dir/log" 2>&1 &
    server_started $! TERM
    await_server nginx $! "$dir/error.log" curl -fsS --noproxy '*' "$NGINX_URL/health"
}

# --- PostgreSQL -----------------------------------------------------------------------------------

# postgres_bin: sets REPLY to the folder of the newest installed server.
postgres_bin() {
    REPLY=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1) || true
    [[ -n $REPLY ]] || REPLY=$(command -v initdb) || {
        echo 'PostgreSQL is not installed: run Scripts/setup' >&2
        return 1
    }
    REPLY=$(dirname -- "$REPLY")
}

# as_postgres COMMAND...: replaces the current process; PostgreSQL refuses to run as root.
as_postgres() {
    if [[ $EUID == 0 ]]; then
        exec setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
    fi
    exec "$@"
}

scratch_psql() {
    PGPASSWORD=$POSTGRES_PASSWORD PGOPTIONS='' PGCONNECT_TIMEOUT=10 psql -X -q -v ON_ERROR_STOP=1 \
        -h "$POSTGRES_HOST" -p "$POSTGRES_PORT" -U "$POSTGRES_USER" -d "$POSTGRES_DATABASE" "$@"
}

start_postgres() {
    local dir bin wanted=${1:-adaptor}
    postgres_bin || return 1
    bin=$REPLY
    server_dir postgres
    dir=$REPLY
    random_password
    POSTGRES_HOST=127.0.0.1 POSTGRES_USER=adaptor POSTGRES_PASSWORD=$REPLY POSTGRES_DATABASE=postgres
    (umask 077 && printf '%s\n' "$POSTGRES_PASSWORD" >"$dir/password")
    [[ $EUID != 0 ]] || chown -R postgres:postgres "$dir"
    (cd -- "$dir" && as_postgres "$bin/initdb" -D "$dir/data" -U "$POSTGRES_USER" --pwfile "$dir/password" \
        -A scram-sha-256 -E UTF8 --locale=C --no-sync) </dev/null >"$dir/log" 2>&1 || {
        server_failed initdb "$dir/log"
        return 1
    }
    rm -f -- "$dir/password"
    free_port
    POSTGRES_PORT=$REPLY
    # No socket file: its path may be longer than the system allows.
    (cd -- "$dir" && as_postgres "$bin/postgres" -D "$dir/data" -p "$POSTGRES_PORT" -h "$POSTGRES_HOST" \
        -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c timezone=UTC -c max_connections=60 -c shared_buffers=64MB) </dev/null >>"$dir/log" 2>&1 &
    server_started $! INT
    await_server PostgreSQL $! "$dir/log" scratch_psql -c 'select 1' || return 1
    scratch_psql -c "create database \"$wanted\" template template0" || return 1
    POSTGRES_DATABASE=$wanted
}

# --- The DHIS2 simulator --------------------------------------------------------------------------

start_dhis2() {
    local dir pid
    server_dir dhis2
    dir=$REPLY
    python3 -B -u "$SERVERS_SUPPORT_DIR/dhis2/dhis2_simulator.py" --port 0 "$@" </dev/null \
        >"$dir/url" 2>"$dir/log" &
    pid=$!
    server_started "$pid" TERM
    await_server 'The DHIS2 simulator' "$pid" "$dir/log" grep -q '^http' "$dir/url" || return 1
    DHIS2_URL=$(<"$dir/url")
    # The accounts of the simulator's demo database.
    DHIS2_USER=admin DHIS2_PASSWORD=district
    DHIS2_TOKEN=$(cd -- "$SERVERS_SUPPORT_DIR/dhis2" &&
        python3 -B -c 'import dhis2_sim_base; print(dhis2_sim_base.DEMO_TOKEN)')
}

# --- Apache with digest authentication ------------------------------------------------------------

apache_configuration() {
    local dir=$1 port=$2 modules=/usr/lib/apache2/modules module
    cat <<EOF
ServerRoot $dir
ServerName 127.0.0.1
DefaultRuntimeDir $dir
PidFile $dir/apache.pid
ErrorLog $dir/error.log
Listen 127.0.0.1:$port
DocumentRoot $dir/www
EOF
    [[ $EUID != 0 ]] || printf 'User www-data\nGroup www-data\n'
    for module in mpm_event authn_core authn_file authz_core authz_user auth_digest; do
        printf 'LoadModule %s_module %s/mod_%s.so\n' "$module" "$modules" "$module"
    done
    cat <<EOF
StartServers 1
ServerLimit 1
ThreadsPerChild 8
ThreadLimit 8
MaxRequestWorkers 8
MinSpareThreads 1
MaxSpareThreads 8
LogFormat "%>s %r" requests
CustomLog $APACHE_LOG requests
<Directory $dir/www>
    ForceType application/json
    AuthType Digest
    AuthName "$APACHE_REALM"
    AuthDigestDomain /
    AuthDigestProvider file
    AuthUserFile $dir/digest
    Require valid-user
</Directory>
EOF
}

# apache_answers: 401 means that the server is up and asks for the password.
apache_answers() {
    [[ $(curl -sS --noproxy '*' -o /dev/null -w '%{http_code}' "$APACHE_URL/patients.json") == 401 ]]
}

start_apache_digest() {
    local dir program hash
    APACHE_USER=$1 APACHE_PASSWORD=$2 APACHE_REALM=patients
    server_program apache2 || return 1
    program=$REPLY
    server_dir apache
    dir=$REPLY
    mkdir "$dir/www"
    printf '%s\n' '{"patients":[{"id":1,"name":"Amina Okafor"},{"id":2,"name":"Bram Smith"}]}' \
        >"$dir/www/patients.json"
    # htdigest asks on the terminal, so its line is made here.
    hash=$(printf '%s' "$APACHE_USER:$APACHE_REALM:$APACHE_PASSWORD" | md5sum)
    printf '%s:%s:%s\n' "$APACHE_USER" "$APACHE_REALM" "${hash%% *}" >"$dir/digest"
    free_port
    APACHE_PORT=$REPLY APACHE_URL=http://127.0.0.1:$REPLY APACHE_LOG=$dir/access.log
    apache_configuration "$dir" "$APACHE_PORT" >"$dir/apache.conf"
    [[ $EUID != 0 ]] || chown -R www-data:www-data "$dir"
    # A session of its own: Apache takes the terminal's window-size signal for a request to stop.
    setsid "$program" -d "$dir" -f "$dir/apache.conf" -DFOREGROUND </dev/null >"$dir/log" 2>&1 &
    server_started $! TERM
    await_server Apache $! "$dir/error.log" apache_answers
}
