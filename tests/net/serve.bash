# Sourced by tests that need a server that behaves badly; they set servers= before and call end_servers after.
# shellcheck shell=bash

# serve NAME KIND [CERTIFICATE]: start server.py, its port in $port and what it says in the file NAME.
serve() {
	local with=
	[ -z "${3-}" ] || with="$BATS_FILE_TMPDIR/$3.pem $BATS_FILE_TMPDIR/$3.key"
	# shellcheck disable=SC2086 # two files or none
	python3 "$BATS_TEST_DIRNAME/net/server.py" "$2" $with >"$1" 2>"$1.said" 3>&- &
	servers="$servers $!"
	for _ in $(seq 500); do
		[ ! -s "$1" ] || break
		sleep 0.01
	done
	port=$(head -n 1 "$1")
	[ "$port" -gt 0 ]
}

end_servers() {
	for pid in $servers; do
		kill "$pid"
		wait "$pid" 2>/dev/null || :
	done
}
