# STREAM=yes: the hour without a disk. The same objects as with one, repeated and killed too.
bats_require_minimum_version 1.5.0

load hour/setup.bash

# mixed: records of two types, a misfit, one without a type.
mixed() {
	records 00:10 app 1 50
	records 00:20 web 1 30 | sed 's/"at":"[^"]*",//'
	echo '{"type":"app","n":"12kB"}'
	echo '{"n":1}'
	records 00:30 novel 1 5
}

# objects: name, size and crc32c of all, but the sign and what is set aside.
objects() { gcscat -l gs://logs/ | cut -f 1,2,4 | grep -v '/_hours/\|/_rejected/'; }

@test "the stream makes the objects that the disk makes, and the same counts" {
	mixed | gzip | ctl put s3://logs/2021/01/01/00/a.gz -
	run -2 hour hour 2021/01/01/00
	objects >disk
	[ "$(wc -l <disk)" = 3 ]
	cp "$VAR/2021/01/01/00/counts.tsv" counts
	cut -f 1-3,5,6 "$VAR/2021/01/01/00/put.tsv" | grep -v ^_rejected | sort >put
	gcscat gs://logs/_rejected/ >set-aside
	for o in $(gcscat -l gs://logs/ | cut -f 1); do ctl rm "$o"; done
	rm -r "$VAR"
	export STREAM=yes SPOOL
	for SPOOL in 1 8388608; do
		run -2 hour hour 2021/01/01/00
		[[ $output == *'app: /n: expected INTEGER, found STRING "12kB": 1 of 51 records, gs://logs/_rejected/app/2021/01/01/00/app.0.ndjson.gz:1'* ]]
		objects | cmp - disk
		cmp "$VAR/2021/01/01/00/counts.tsv" counts
		cut -f 1-3,5,6 "$VAR/2021/01/01/00/put.tsv" | grep -v ^_rejected | sort | cmp - put
		gcscat gs://logs/_rejected/ | cmp - set-aside
		rm -r "$VAR"
	done
}

@test "a repeat sends nothing; parts that are no more are removed, and the sign comes last" {
	export STREAM=yes MEMORY=1M
	records 00:10 app 1 40000 | ctl put s3://logs/2021/01/01/00/a.json -
	run -0 hour classify 2021/01/01/00
	[ "$(gcscat -l gs://logs/app/ | wc -l)" -ge 3 ]
	gcscat -l gs://logs/ >before
	rm -r "$VAR"
	ctl log >log.before
	run -0 hour classify 2021/01/01/00
	gcscat -l gs://logs/ | cmp - before
	ctl log | tail -n +$(($(wc -l <log.before) + 1)) | grep '"service": *"gcs"' >log
	run -1 grep '"method": *"\(POST\|PUT\|DELETE\)"' log
	records 00:10 app 1 20 | ctl put s3://logs/2021/01/01/00/a.json -
	rm -r "$VAR"
	run -0 hour classify 2021/01/01/00
	[ "$(gcscat -l gs://logs/app/ | wc -l)" = 1 ]
	[ "$(gcscat gs://logs/app/2021/01/01/00/ | wc -l)" = 20 ]
	ctl log gcs | sed -n 's/.*"\(POST\|DELETE\)".*/&/p' | tail -n 1 | grep _hours
}

@test "a thousand types at once" {
	export STREAM=yes
	for t in $(seq 1000); do echo "{\"type\":\"t$t\",\"n\":$t}"; done >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	run -0 hour classify 2021/01/01/00
	[ "$(gcscat -l gs://logs/ | wc -l)" = 1001 ]
	gcscat -q gs://logs/_hours/2021/01/01/00/put.tsv | cut -f 1,2 | sort | uniq | wc -l >rows
	[ "$(cat rows)" = 1000 ]
	[ "$(find "$VAR" -name '*.ndjson*')" = '' ]
}

@test "a part that was cut, as the splitter was killed, is not sent" {
	mkdir -p work/misfit work/rejects
	for f in queue.tsv queue.bytes sent.tsv misfits.tsv; do : >"work/$f"; done
	export WORK=$PWD/work FILE=app.0.ndjson.gz TYPE=app TYPE_NAME=app DO=fit PART=0 ROWS=3 BYTES=60 here=$recipes hour=2021/01/01/00 SPOOL=1 COMPRESS=.gz MEMORY=32M
	records 00:10 app 1 2 >cut
	run -75 "$recipes/stream-part.sh" <cut
	[ "$(gcscat -l gs://logs/ 2>&1 | grep -c ndjson)" = 0 ]
	ROWS=2 UPLOADS=1 run -0 "$recipes/stream-part.sh" <cut
	gcscat gs://logs/app/2021/01/01/00/ | cmp - cut
}

@test "killed at random moments and run again, the objects are the same" {
	export STREAM=yes MEMORY=1M SPOOL=20000
	records 00:10 app 1 30000 | ctl put s3://logs/2021/01/01/00/a.json -
	began=$(date +%s%N)
	run -0 hour classify 2021/01/01/00
	took=$((($(date +%s%N) - began) / 1000000))
	objects >truth
	for i in 0 1 2 3 4 5; do
		for o in $(gcscat -l gs://logs/ | cut -f 1); do ctl rm "$o"; done
		rm -r "$VAR"
		setsid make --no-print-directory -f "$recipes/hour.mk" classify HOUR=2021/01/01/00 >first.log 2>&1 3>&- &
		group=$!
		sleep "$(awk -v ms="$took" -v part="$i" -v r="$RANDOM" 'BEGIN {print ms / 1000 * (part + r / 32768) / 6}')"
		kill -9 -- "-$group" 2>/dev/null || :
		wait "$group" || :
		run -0 hour classify 2021/01/01/00
		objects | cmp - truth
	done
}
