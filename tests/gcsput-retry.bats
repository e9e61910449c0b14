# The scenarios of Google's retry conformance tests (googleapis/conformance-tests, storage/v1/retry_tests.json: ids 1
# to 6 as published there, 7 and 8 from knowledge) for the methods that gcsput and gcscat use: objects.get, list, insert
# and delete. Its instructions are faults of the stand-in:
#   return-X                       status code=X
#   return-reset-connection        reset
#   return-X-after-YK              cutin bytes=Y*1024 code=X
#   return-broken-stream-after-YK  cut bytes=Y*1024
bats_require_minimum_version 1.5.0
load gcs/setup

setup_file() {
	start_cloud 9437185
}

# instructed ROUTE INSTRUCTION …: requests of ROUTE meet these, one after the other.
instructed() {
	local route=$1 one after
	shift
	for one; do
		after=${one##*-after-}
		case $one in
		reset) ctl fault gcs "$route" reset ;;
		*-after-*K) ctl fault gcs "$route" cutin bytes=$((1024 * ${after%K})) code="${one%%-*}" ;;
		*) ctl fault gcs "$route" status code="$one" ;;
		esac
	done
}

# used_up N: that many faults were met, and none is left.
used_up() {
	ctl faults >left
	[ "$(grep -c '"times"' left)" = "$1" ]
	[ "$(grep -c '"times": 0,' left)" = "$1" ]
	ctl clearfaults
}

# recovers ROUTE COMMAND …: the command succeeds under each case of scenarios 1 and 2, after two refusals; @ in its words
# is the case's number.
recovers() {
	local route=$1 case n=0
	shift
	for case in '503 503' 'reset reset' 'reset 503'; do
		# shellcheck disable=SC2086 # words of the case
		instructed "$route" $case
		"${@//@/$((++n))}" >got || {
			echo "failed under: $case"
			return 1
		}
		used_up 2
	done
}

# gives_up CODE REQUESTS ROUTE INSTRUCTION …: "$command" ends with CODE after so many requests of ROUTE.
gives_up() {
	local code=$1 times=$2 route=$3 before
	before=$(requests "$route")
	instructed "${@:3}"
	run "-$code" --separate-stderr bash -c "$command"
	[ "${#stderr_lines[@]}" = 1 ]
	[ $(($(requests "$route") - before)) = "$times" ] || {
		echo "requests: $(($(requests "$route") - before)), expected $times"
		return 1
	}
	ctl clearfaults
}

@test "scenario 1: what is always idempotent is repeated (get, list)" {
	ctl put "gs://$bucket/o" "$small"
	recovers objects.get gcsput -n "$small" "gs://$bucket/o"
	recovers objects.list gcscat -l "gs://$bucket/*"
	recovers objects.download gcscat "gs://$bucket/o"
	cmp got "$small"
}

@test "scenario 2: what a precondition makes idempotent is repeated (insert, delete)" {
	recovers objects.insert.multipart gcsput "$small" "gs://$bucket/o@"
	recovers upload.start gcsput "$big" "gs://$bucket/big@"
	split app
	for n in 1 2 3; do ctl put "gs://$bucket/app/old$n" "$small"; done
	instructed objects.delete 503 503 reset
	gcsput --mirror "gs://$bucket/{type}/" <split.tsv >put.tsv
	[ "$(ctl ls "gs://$bucket/app/" | wc -l)" = 1 ]
}

@test "scenarios 3 and 4: nothing is sent without a precondition" {
	gcsput "$small" "gs://$bucket/o"
	gcsput "$big" "gs://$bucket/o"
	gcsput - "gs://$bucket/o" <"$small"
	split app
	ctl put "gs://$bucket/app/old" "$small"
	gcsput --mirror "gs://$bucket/{type}/" <split.tsv >put.tsv
	mine | grep -E '"route": "(objects.insert.*|upload.start|objects.delete)"' >writes
	[ "$(wc -l <writes)" = 5 ]
	run -1 grep -v 'ifGenerationMatch=[0-9]' writes
}

@test "scenario 5: a refusal for good after one for a while ends the work" {
	for command in "gcsput $small gs://$bucket/o:objects.insert.multipart" "gcsput $big gs://$bucket/o:upload.start" \
		"gcsput -n $small gs://$bucket/o:objects.get" "gcscat -l gs://$bucket/*:objects.list"; do
		route=${command##*:} command=${command%:*}
		gives_up 69 2 "$route" 503 400
		gives_up 77 3 "$route" reset 401 401
	done
}

@test "scenario 6: refusals for good are not repeated; for a 401 a new token is tried once" {
	for command in "gcsput $small gs://$bucket/o:objects.insert.multipart" "gcsput $big gs://$bucket/o:upload.start" \
		"gcsput -n $small gs://$bucket/o:objects.get" "gcscat -l gs://$bucket/*:objects.list"; do
		route=${command##*:} command=${command%:*}
		gives_up 69 1 "$route" 400 400
		gives_up 77 2 "$route" 401 401
	done
}

# recovers_in_parts NAME COMMAND: every case of scenario 7 ends in the right object.
recovers_in_parts() {
	local n=0 case
	for case in 'reset 503' 503-after-256K '503-after-8192K 408' '408 503-after-512K'; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words of the case
		instructed upload.chunk $case
		eval "$2"
		holds "$1$n" "$big"
		used_up "$(wc -w <<<"$case")"
	done
}

@test "scenario 7: resumable uploads go on where the service stands" {
	recovers_in_parts f 'gcsput "$big" "gs://$bucket/f$n"'
	recovers_in_parts s 'gcsput - "gs://$bucket/s$n" <"$big"'
	# 256 KiB were kept: they are not sent again.
	[ "$(mine | grep -c '"content-range": "bytes 262144-')" = 2 ]
}

@test "scenario 8: downloads go on where they were cut" {
	ctl put "gs://$bucket/o" "$big"
	for case in '1000 1000' 262144; do
		for bytes in $case; do ctl fault gcs objects.download cut bytes="$bytes"; done
		gcscat "gs://$bucket/o" >got
		cmp got "$big"
		used_up "$(wc -w <<<"$case")"
	done
}
