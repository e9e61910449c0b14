# gcsput of many files: looked up by listing, large and small side by side, bounded in memory, rate and time.
bats_require_minimum_version 1.5.0
load gcs/setup

setup_file() {
	start_cloud 1500000
}

# rows N FILE: a manifest of N rows of FILE, types t1 to tN.
rows() {
	local i size
	size=$(wc -c <"$2")
	for i in $(seq "$1"); do printf 't%d\t1\t%d\t%s\n' "$i" "$size" "$2"; done
}

# peak COMMAND …: the most memory it took, in KiB; its input is split.tsv.
peak() {
	python3 - "$@" <<-'PY'
		import resource, subprocess, sys
		subprocess.run(sys.argv[1:], stdin=open("split.tsv"), stdout=subprocess.DEVNULL, check=True)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	PY
}

@test "many objects of a folder are looked up by listing it, and a second run sends nothing else" {
	rows 30 "$small" >split.tsv
	gcsput "gs://$bucket/hour/{type}" <split.tsv >put.tsv
	[ "$(requests objects.get)" = 0 ]
	[ "$(requests objects.list)" = 1 ]
	[ "$(requests objects.insert.multipart)" = 30 ]
	gcsput "gs://$bucket/hour/{type}" <split.tsv >again.tsv
	cmp put.tsv again.tsv
	[ "$(requests '.*')" = 32 ]
}

@test "a listing tells apart what is kept, replaced and created" {
	rows 20 "$small" >split.tsv
	gcsput "gs://$bucket/{type}" < <(head -n 15 split.tsv) >put.tsv
	echo other | ctl put "gs://$bucket/t7" -
	ctl put "gs://$bucket/t7/deeper" "$small"
	ctl put "gs://$bucket/a" "$small"
	run -0 gcsput -n "gs://$bucket/{type}" <split.tsv
	[ "$(cut -f 1 <<<"$output" | sort | uniq -c | paste -sd ' ' | tr -s ' ')" = ' 5 create 14 keep 1 replace' ]
	[ "${lines[6]}" = "replace	gs://$bucket/t7" ]
	gcsput "gs://$bucket/{type}" <split.tsv >put.tsv
	holds t7 "$small"
}

@test "a folder that can't be listed, or holds far more than the manifest, is looked up one by one" {
	rows 8 "$small" >split.tsv
	ctl fault gcs objects.list status code=403
	gcsput "gs://$bucket/{type}" <split.tsv >put.tsv
	[ "$(requests objects.get)" = 8 ]
	rows 600 "$small" | sed 's/^t/a/' | gcsput -j 8 "gs://$bucket/full/{type}" >many.tsv
	before=$(requests objects.get)
	gcsput "gs://$bucket/full/{type}" <split.tsv >put.tsv
	[ $(($(requests objects.get) - before)) = 8 ]
}

@test "an object that appears after the listing is not overwritten unseen" {
	rows 8 "$small" >split.tsv
	ctl fault gcs objects.insert.multipart status code=503 retry_after=1
	gcsput -j 1 "gs://$bucket/{type}" <split.tsv >put.tsv 2>err 3>&- &
	pid=$!
	refused $pid status
	echo other | ctl put "gs://$bucket/t5" -
	ctl put "gs://$bucket/t6" "$small"
	kill -CONT $pid
	status=0
	wait $pid || status=$?
	[ $status = 69 ]
	grep -q "^gcsput: gs://$bucket/t5: another writer made generation" err
	[ "$(ctl get "gs://$bucket/t5")" = other ]
}

@test "the largest files are begun first, and small ones beside them" {
	for n in 1 2 3 4 5 6; do
		head -c $((n * 100000)) "$big" >f$n
		printf 't%d\t1\t%d\tf%d\n' $n $((n * 100000)) $n >>split.tsv
	done
	gcsput -j 1 "gs://$bucket/one/{type}" <split.tsv >put.tsv
	[ "$(mine | grep multipart | sed 's/.*one%2Ft\(.\).*/\1/' | paste -sd ' ')" = '6 5 4 3 2 1' ]
	ctl fault gcs objects.insert.multipart slow delay_ms=500 times=2
	gcsput -j 2 "gs://$bucket/two/{type}" <split.tsv >put.tsv
	slow=$(mine | grep '"fault": "slow"' | sed 's/.*two%2Ft\(.\).*/\1/' | sort | paste -sd ' ')
	[ "$slow" = '1 6' ]
}

@test "memory stays within 64 MB at -j 64, compressing or not" {
	[ -z "${SANITIZED-}" ] || skip 'needs more memory'
	rows 64 "$big" >split.tsv
	[ "$(peak gcsput -j 64 "gs://$bucket/{type}")" -lt 65536 ]
	[ "$(peak gcsput -z -j 64 "gs://$bucket/{type}")" -lt 65536 ]
	[ "$(ctl ls "gs://$bucket/" | wc -l)" = 128 ]
}

@test "on a terminal a line tells bytes, rate, objects, retries and time left" {
	rows 12 "$big" >split.tsv
	ctl fault gcs objects.insert.multipart status code=503
	TERM=xterm script -qefc "gcsput --limit-rate 6M 'gs://$bucket/{type}' <split.tsv >put.tsv" typescript >/dev/null 3>&- </dev/null
	grep -aqE 'MiB of 17 MiB \([0-9]+%\), .*/s, [0-9]+ objects, 1 retries, [0-9]+ s left' typescript || {
		cat typescript
		return 1
	}
}

@test "--limit-rate and --deadline are kept" {
	run -75 --separate-stderr gcsput --limit-rate 100K --deadline 1 "$big" "gs://$bucket/o"
	one_line 'deadline of 1 s reached (--deadline)'
	[ "$(ctl ls "gs://$bucket/")" = "" ]
}
