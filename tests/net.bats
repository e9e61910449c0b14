# The network as every program meets it, by s3cat: TLS is verified always, time limits hold, proxies are
# used as libcurl uses them, and no secret is ever told.
bats_require_minimum_version 1.5.0

load net/serve

setup_file() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true HOURTOOLS_RETRY_BASE_MS=1
	export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=SeCrEtKeY/+ AWS_SESSION_TOKEN=ToKeN== \
		AWS_REGION=us-east-1 AWS_CONFIG_FILE=/nonexistent AWS_SHARED_CREDENTIALS_FILE=/nonexistent
	unset AWS_PROFILE AWS_ENDPOINT_URL AWS_MAX_ATTEMPTS AWS_S3_ADDRESSING_STYLE AWS_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR \
		LOG_FORMAT http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
	cd "$BATS_FILE_TMPDIR"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj '/CN=Test CA' 2>/dev/null
	openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 2 -subj '/CN=Other CA' 2>/dev/null
	certificate good '20200101000000Z' '20991231000000Z' 'DNS:localhost,DNS:s3.test,IP:127.0.0.1'
	certificate elsewhere '20200101000000Z' '20991231000000Z' 'DNS:elsewhere.test'
	certificate old '20200101000000Z' '20200102000000Z' 'DNS:localhost,IP:127.0.0.1'
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	ca=$BATS_FILE_TMPDIR/ca.pem
	servers=
}

teardown() {
	end_servers
}

# certificate NAME FROM TO HOSTS: NAME.pem and NAME.key, signed by the CA of this folder.
certificate() {
	mkdir -p "$1.ca"
	: >"$1.ca/index"
	cat >"$1.cnf" <<.
[ca]
default_ca = d
[d]
database = $1.ca/index
new_certs_dir = $1.ca
rand_serial = yes
default_md = sha256
policy = p
x509_extensions = x
[p]
commonName = supplied
[x]
subjectAltName = $4
.
	openssl req -new -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
	openssl ca -batch -config "$1.cnf" -cert ca.pem -keyfile ca.key -startdate "$2" -enddate "$3" -notext \
		-in "$1.csr" -out "$1.pem" 2>/dev/null
}

# told NAME N [PATTERN]: it has told of exactly N requests or connections; it may need a moment to.
told() {
	local n
	for _ in $(seq 500); do
		n=$(tail -n +2 "$1" | grep -c -- "${3-}" || :)
		[ "$n" -lt "$2" ] || break
		sleep 0.02
	done
	[ "$n" = "$2" ]
}

# without_counts: what -v tells of credentials, requests and bytes is not looked at.
without_counts() {
	stderr=$(grep -vE '^s3cat: ([0-9]+ requests, |AWS credentials from )' <<<"$stderr" || :)
}

# fails CODE WORDS: reading an object ends with CODE and one line that holds WORDS and no secret.
fails() {
	run -"$1" --separate-stderr s3cat -v s3://logs/k
	without_counts
	# shellcheck disable=SC2053 # a pattern
	[[ $stderr == s3cat:\ *$2* && $stderr != *$'\n'* ]] || {
		echo "$stderr"
		return 1
	}
	keeps_secrets
}

# keeps_secrets: nothing of the last run holds one.
keeps_secrets() {
	run ! grep -E 'SeCrEt|ToKeN|AWS4-HMAC|Signature=|pAsSwOrD' <<<"$stderr$output"
}

@test "a server whose certificate verifies is read" {
	serve server hello good
	for host in localhost 127.0.0.1; do
		export AWS_ENDPOINT_URL_S3=https://$host:$port SSL_CERT_FILE=$ca
		run -0 --separate-stderr s3cat -v s3://logs/k
		[ "$output" = hello ]
		without_counts
		[ "$stderr" = "s3cat: s3://logs/k: 6 bytes, plain" ]
	done
}

@test "a certificate of an unknown authority is refused, without another try" {
	serve server hello good
	export AWS_ENDPOINT_URL_S3=https://localhost:$port
	fails 77 "s3://logs/k: localhost:$port: SSL certificate problem: "
	SSL_CERT_FILE=$BATS_FILE_TMPDIR/other.pem fails 77 "SSL certificate problem: unable to get local issuer"
	told server 2
	told server 2 '^refused'
}

@test "a certificate of another host is refused, without another try" {
	serve server hello elsewhere
	export SSL_CERT_FILE=$ca
	AWS_ENDPOINT_URL_S3=https://localhost:$port fails 77 "s3://logs/k: localhost:$port: *matches target host name"
	AWS_ENDPOINT_URL_S3=https://127.0.0.1:$port fails 77 "matches target host name"
	run ! grep -q '^GET' server
}

@test "a certificate that has expired is refused, without another try" {
	serve server hello old
	AWS_ENDPOINT_URL_S3=https://localhost:$port SSL_CERT_FILE=$ca fails 77 "certificate has expired"
	told server 1
	run ! grep -q '^GET' server
}

@test "certificates to trust that can't be read end the work" {
	serve server hello good
	export AWS_ENDPOINT_URL_S3=https://localhost:$port
	SSL_CERT_FILE=none.pem fails 77 "s3://logs/k: localhost:$port: "
	SSL_CERT_FILE=/dev/null fails 77 "s3://logs/k: localhost:$port: "
	run ! grep -q '^GET' server
}

@test "certificates to trust may stand in a folder, and AWS_CA_BUNDLE names those of AWS" {
	serve server hello good
	export AWS_ENDPOINT_URL_S3=https://localhost:$port
	mkdir trusted
	cp "$ca" trusted/ca.pem
	openssl rehash trusted
	SSL_CERT_DIR=$PWD/trusted run -0 s3cat s3://logs/k
	[ "$output" = hello ]
	AWS_CA_BUNDLE=$ca SSL_CERT_FILE=$BATS_FILE_TMPDIR/other.pem run -0 s3cat s3://logs/k
	[ "$output" = hello ]
	AWS_CA_BUNDLE=$BATS_FILE_TMPDIR/other.pem SSL_CERT_FILE=$ca fails 77 "SSL certificate problem"
}

@test "TLS older than 1.2 is refused, without another try" {
	TLS_MOST=1.1 serve server hello good
	AWS_ENDPOINT_URL_S3=https://localhost:$port SSL_CERT_FILE=$ca fails 69 "localhost:$port: the server speaks no TLS 1.2 or newer"
	told server 1 '^refused'
	told server 1
}

@test "a server that speaks no TLS gets no request, and is told to speak none" {
	serve server hello
	AWS_ENDPOINT_URL_S3=https://localhost:$port SSL_CERT_FILE=$ca fails 75 "localhost:$port: what answers speaks no TLS: http:// is meant"
	run ! grep -q 'GET' server
}

@test "http:// to a server of TLS ends with one line" {
	serve server hello good
	AWS_ENDPOINT_URL_S3=http://localhost:$port fails 75 "localhost:$port: "
	run ! grep -q 'GET' server
}

@test "what speaks no HTTP is told so" {
	printf 'SSH-2.0-OpenSSH_9.2\r\n' >banner
	serve server raw:banner
	AWS_ENDPOINT_URL_S3=http://localhost:$port fails 69 "localhost:$port: what answers speaks no HTTP: https:// is meant"
}

@test "a server on IPv6 is read" {
	LISTEN=::1 serve server hello
	AWS_ENDPOINT_URL_S3=http://[::1]:$port run -0 s3cat s3://logs/k
	[ "$output" = hello ]
}

@test "a redirect to another host is not followed" {
	serve there hello
	serve here "to:http://localhost:$port/logs/k"
	AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port fails 69 "s3://logs/k: *307"
	told here 2 # HEAD, then GET
	told there 0
}

@test "an HTML page instead of the service's answer is told with its title" {
	serve server page
	AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port
	export AWS_ENDPOINT_URL_S3
	run -69 --separate-stderr s3cat -l s3://logs/
	[ "$stderr" = "s3cat: s3://logs/: 127.0.0.1:$port: an HTML page came (Blocked by the gateway), as from a proxy or a sign-in" ]
	told server 1
}

@test "a head without end is refused" {
	serve server heads
	AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port fails 69 "answer with more than 262144 bytes of headers"
}

@test "a server that accepts and never answers ends by the limit on silence, three times" {
	serve server silent
	AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port HTTP_LOW_SPEED_S=1 fails 75 "s3://logs/k: 127.0.0.1:$port: Operation too slow"
	told server 3
}

@test "a server that never ends its TLS ends by the limit on connecting" {
	serve server silent good
	AWS_ENDPOINT_URL_S3=https://127.0.0.1:$port HTTP_CONNECT_S=1 AWS_MAX_ATTEMPTS=2 fails 75 "127.0.0.1:$port: "
	told server 2
}

@test "a transfer that outlasts the limit on the whole is resumed where it was" {
	serve server trickle
	export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port HTTP_TOTAL_S=2 AWS_MAX_ATTEMPTS=10
	run -0 s3cat s3://logs/k
	[ "$output" = 0123456789abcdefghi ]
	[ "$(grep -c '^GET' server)" -ge 2 ]
}

@test "HTTPS_PROXY is used, certificates are verified behind it too, and its password is kept" {
	serve server hello good
	target=$port
	serve proxy tunnel
	# The name exists behind the proxy only.
	export AWS_ENDPOINT_URL_S3=https://s3.test:$target HTTPS_PROXY=http://user:pAsSwOrD@127.0.0.1:$port \
		AWS_S3_ADDRESSING_STYLE=path
	SSL_CERT_FILE=$ca run -0 --separate-stderr s3cat -v s3://logs/k
	[ "$output" = hello ]
	keeps_secrets
	[ "$(sed -n 2p proxy)" = "CONNECT s3.test:$target HTTP/1.1|s3.test:$target|Basic $(printf user:pAsSwOrD | base64)" ]
	fails 77 "s3.test:$target: SSL certificate problem"
	# The proxy sees no key and no token: all of that is inside TLS.
	run ! grep -E 'AKIDEXAMPLE|ToKeN' proxy
}

@test "a proxy that speaks TLS itself must verify too" {
	serve server hello
	target=$port
	serve proxy tunnel good
	export AWS_ENDPOINT_URL_S3=http://s3.test:$target AWS_S3_ADDRESSING_STYLE=path http_proxy=https://localhost:$port
	# Plain requests go through it without a tunnel: it is asked for a whole URL, and serves none.
	SSL_CERT_FILE=$BATS_FILE_TMPDIR/other.pem fails 77 "SSL certificate problem"
	run ! grep -q 'GET' proxy
	serve target hello good
	unset http_proxy
	export AWS_ENDPOINT_URL_S3=https://s3.test:$port HTTPS_PROXY=https://localhost:$(head -n 1 proxy)
	SSL_CERT_FILE=$ca run -0 s3cat s3://logs/k
	[ "$output" = hello ]
	told proxy 1 '^CONNECT'
}

@test "NO_PROXY names hosts that are reached without it" {
	serve server hello good
	export AWS_ENDPOINT_URL_S3=https://localhost:$port SSL_CERT_FILE=$ca
	serve proxy tunnel
	export HTTPS_PROXY=http://127.0.0.1:$port
	NO_PROXY=example.com,localhost run -0 s3cat s3://logs/k
	[ "$output" = hello ]
	told proxy 0
	NO_PROXY=example.com run -0 s3cat s3://logs/k
	told proxy 1
}

@test "a proxy that refuses is told once: 77 when it wants or denies credentials" {
	serve proxy login
	export AWS_ENDPOINT_URL_S3=https://s3.test
	HTTPS_PROXY=http://user:pAsSwOrD@127.0.0.1:$port fails 77 "s3.test: *407"
	told proxy 1
	serve other refuse
	HTTPS_PROXY=http://127.0.0.1:$port fails 77 "s3.test: *403"
	told other 1
	serve third page
	HTTPS_PROXY=http://127.0.0.1:$port fails 77 "s3.test: the proxy refuses the way there: HTTP 403"
	told third 1
}

@test "a malformed proxy is told without its password" {
	export AWS_ENDPOINT_URL_S3=https://s3.test
	for proxy in 'http://user:pAsSwOrD@:99999/' 'http://user:pAsSwOrD@[::1' 'gopher://user:pAsSwOrD@127.0.0.1' \
		'http://user:pAsSwOrD@no.invalid:1' 'http://user:pAs SwOrD@127.0.0.1:x'; do
		HTTPS_PROXY=$proxy run -75 --separate-stderr s3cat -v s3://logs/k
		without_counts
		[[ $stderr == "s3cat: s3://logs/k: logs.s3.test: "*[Pp]roxy* || $stderr == *"connect to server" ]]
		run ! grep -E 'pAs ?SwOrD' <<<"$stderr"
	done
}

@test "no message holds a key, a token or a signature, whatever the answer" {
	eval "$("$BATS_TEST_DIRNAME"/cloud/up "$PWD/cloud" 3>&-)"
	"$BATS_TEST_DIRNAME"/cloud/ctl mkbucket s3://logs
	# The stand-in's refusals quote the request, as the service's do.
	AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=SeCrEtKeY/+ fails 77 "s3://logs/k: "
	AWS_SECRET_ACCESS_KEY=SeCrEtKeY/+ AWS_SESSION_TOKEN='' fails 77 "s3://logs/k: the secret key does not fit"
	AWS_SECRET_ACCESS_KEY=SeCrEtKeY/+ AWS_SESSION_TOKEN=ToKeN== fails 77 "s3://logs/k: the session token is not"
	"$BATS_TEST_DIRNAME"/cloud/down
}

@test "a secret that a variable damaged is told without it" {
	export AWS_ENDPOINT_URL_S3=http://127.0.0.1:1
	AWS_SESSION_TOKEN=$'ToKeN\n' fails 77 "the AWS session token holds a blank"
	AWS_SECRET_ACCESS_KEY='SeCrEt x' fails 77 "the AWS secret key holds a blank"
	AWS_ENDPOINT_URL_S3=http://user:pAsSwOrD@127.0.0.1:1 fails 64 "the S3 endpoint is not of the form"
}

@test "over TLS, faults included, what comes is what was put, to S3, OAuth and Cloud Storage" {
	unset AWS_SESSION_TOKEN
	seq 100000 >a
	eval "$(CLOUD_TLS=1 "$BATS_TEST_DIRNAME"/cloud/up "$PWD/cloud" 3>&-)"
	for command in 'mkbucket s3://logs' 'mkbucket gs://lake' 'put s3://logs/a a' 'fault s3 GetObject cut bytes=1000 times=2' \
		'fault s3 GetObject reset when=after' 'fault gcs objects.insert* reset when=after' 'fault gcs objects.download cut bytes=99'; do
		# shellcheck disable=SC2086 # words
		"$BATS_TEST_DIRNAME"/cloud/ctl $command
	done
	AWS_MAX_ATTEMPTS=5 s3cat s3://logs/a >b
	cmp a b
	gcsput b gs://lake/b
	gcscat gs://lake/b | cmp - a
	[ "$("$BATS_TEST_DIRNAME"/cloud/ctl log | grep -c '"fault": "[a-z]')" = 5 ]
	[ ! -s cloud/server.log ]
	unset SSL_CERT_DIR
	SSL_CERT_FILE=$ca run -77 --separate-stderr gcscat -l gs://lake/
	[[ $stderr == *"SSL certificate problem"* ]]
	"$BATS_TEST_DIRNAME"/cloud/down
}
