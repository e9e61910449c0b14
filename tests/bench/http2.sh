#!/bin/sh
# HTTP/2 beside HTTP/1.1 over TLS on loopback, curl's own (the same libcurl) from nginx: 2,000 objects of
# 50 KB down and up, 16 under way, and one stream of HTTP2_MB (1000). Prints work, version, seconds, CPU seconds.
set -eu

if [ "${1:-}" = --help ]; then
	sed -n '2,3s/^# //p' "$0"
	exit 0
fi
dir=$(mktemp -d /dev/shm/http2.XXXXXX)
trap 'kill "$(cat "$dir/pid")"; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir"
mkdir put
head -c 50000 /dev/urandom >small
truncate -s "${HTTP2_MB:-1000}M" large
openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 2 -subj /CN=localhost 2>log
port=$((20000 + $$ % 20000))
cat >conf <<.
pid $dir/pid; error_log $dir/log; worker_processes 1;
events { worker_connections 256; }
http { access_log off; client_body_temp_path $dir/tmp; client_max_body_size 1m; keepalive_requests 100000;
server { listen 127.0.0.1:$port ssl http2; ssl_certificate $dir/cert; ssl_certificate_key $dir/key;
ssl_protocols TLSv1.2 TLSv1.3; root $dir; dav_methods PUT; } }
.
chmod -R a+rwX .
nginx -p "$dir" -c conf -e log
at=https://127.0.0.1:$port

# work NAME CURL-ARGUMENT ...: by each version in turn, three times.
work() {
	name=$1
	shift
	for version in 1.1 2 1.1 2 1.1 2; do
		/usr/bin/time -o took -f "$name HTTP/$version %e %U %S" \
			curl -sfkZ --parallel-max 16 "--http$version" "$@" >said 2>&1
		awk '{ print $1, $2, $3, $4 + $5 }' took
	done
}

work down -o /dev/null "$at/small?[1-2000]"
work up -T small "$at/put/[1-2000]"
work stream -o /dev/null "$at/large"
