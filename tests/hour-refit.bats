# Misfits: told, kept beside their report, counted; then a corrected schema and a refit from GCS.
bats_require_minimum_version 1.5.0

load hour/setup.bash

H=2021/01/01/00

# refit TYPE: as make does it.
refit() { make --no-print-directory -f "$recipes/hour.mk" refit TYPE="$1" HOUR="$H"; }

# mixed: an hour of 9 records of app that fit, 3 that do not, and 4 of web.
mixed() {
	{
		records 00:10 app 1 5
		printf '{"type":"app","n":%d,"size":"%s"}\n' 101 12kB 102 13kB 103 x
		records 00:20 app 6 9
		records 00:20 web 1 4 | sed 's/"at":"[^"]*",//'
	} >a.json
	ctl put "s3://logs/$H/a.json" a.json
}

# corrected: a schema of app that all of them fit.
corrected() { schema app at:TIMESTAMP n:INTEGER type:STRING size:STRING; }

counts() { sort "$VAR/$H/counts.tsv" | cut -f 2-; }

# whole: every row of app once, and nothing of it in GCS but what put.tsv names.
whole() {
	[ "$(counts)" = $'app\t12\t0\t12\t12\t12\nweb\t4\t0\t4\t4\t4' ]
	[ "$(ctl sql 'SELECT n FROM "logs.app" ORDER BY n' | xargs)" = '1 2 3 4 5 6 7 8 9 101 102 103' ]
	gcscat "gs://logs/_hours/$H/put.tsv" | cut -f 3 | sort >named
	ctl ls gs://logs/ | cut -f 1 | grep -v /_hours/ | sort | cmp - named
}

@test "an hour with misfits ends with 1 and read = stored + rejected; after refit with 0, none rejected, every row once" {
	mixed
	run -2 hour hour "$H"
	[[ $output == *'classify.sh: app: /size: not in the schema: 3 of 12 records, gs://logs/_rejected/app/2021/01/01/00/app.0.ndjson.gz:1'* ]]
	[[ $output == *'Error 1' ]]
	[ "$(counts)" = $'app\t12\t3\t9\t9\t9\nweb\t4\t0\t4\t4\t4' ]
	table web >web.before
	corrected
	run -0 refit app
	[ "$output" = 'bqstamp: logs.app: columns added' ]
	whole
	table web | cmp - web.before
	# An empty report in the place of the misfits.
	[ "$(grep -c _rejected named)" = 1 ]
	[ "$(gcscat "gs://logs/_rejected/app/$H/" | wc -c)" = 0 ]
	run -0 hour hour "$H"
	[ "$output" = '' ]
	run -0 refit app
	[ "$output" = '' ]
	whole
	run -0 hour reload "$H"
	[ "$output" = '' ]
	whole
}

@test "a refit needs GCS alone: on another machine the hour is counted as on the first" {
	mixed
	run -2 hour hour "$H"
	corrected
	VAR=$PWD/elsewhere run -0 refit app
	[ "$output" = 'bqstamp: logs.app: columns added' ]
	[ "$(sort "elsewhere/$H/counts.tsv" | cut -f 2-)" = $'app\t12\t0\t12\t12\t12\nweb\t4\t0\t4\t4\t4' ]
	[ "$(table app | wc -l)" = 12 ]
	[ "$(table web | wc -l)" = 4 ]
	# The first machine's manifests are of the past; its next refit takes those in GCS.
	run -0 refit app
	[ "$output" = '' ]
	whole
}

@test "a refit under a schema that still refuses some names them anew, and nothing is lost or doubled" {
	mixed
	run -2 hour hour "$H"
	schema app at:TIMESTAMP n:INTEGER type:STRING sise:STRING
	run -2 refit app
	[[ $output == *'refit.sh: app: /size: not in the schema: 3 of 12 records, gs://logs/_rejected/app/2021/01/01/00/app.'* ]]
	[ "$(counts)" = $'app\t12\t3\t9\t9\t9\nweb\t4\t0\t4\t4\t4' ]
	corrected
	run -0 refit app
	whole
}

@test "what a column cannot hold is kept by a SELECT of one's own: 12kB is NULL in the table, and counted" {
	{
		records 00:10 app 1 3
		echo '{"type":"app","n":"12kB"}'
	} | ctl put "s3://logs/$H/a.json" -
	run -2 hour hour "$H"
	schema app at:TIMESTAMP n:STRING type:STRING
	echo 'SELECT `at`, SAFE_CAST(n AS INT64) AS n, type FROM {temp}' >"$SCHEMAS/app.sql"
	run -0 refit app
	[ "$output" = '' ]
	[ "$(counts)" = $'app\t4\t0\t4\t4\t4' ]
	[ "$(ctl sql 'SELECT count(*), count(n) FROM "logs.app"')" = $'4\t3' ]
}

@test "a type that had no schema is loaded by its first one and a refit" {
	{
		records 00:10 app 1 9
		records 00:10 novel 1 3
	} | ctl put "s3://logs/$H/a.json" -
	run -0 hour hour "$H"
	[[ $output == *novel*'no schema'* ]]
	run -2 refit novel
	[[ ${lines[0]} == "refit.sh: type novel: no schema at $SCHEMAS/novel.json" ]]
	[[ ${lines[1]} == *'Error 78' ]]
	schema novel at:TIMESTAMP n:INTEGER type:STRING
	run -0 refit novel
	[ "$output" = '' ]
	[ "$(counts)" = $'app\t9\t0\t9\t9\t9\nnovel\t3\t0\t3\t3\t3' ]
}

@test "REQUIRE_ALL=1: a type with a misfit is not loaded, loudly, the others are; after a refit it is" {
	mixed
	export REQUIRE_ALL=1
	for _ in 1 2; do
		run -2 hour hour "$H"
		echo "$output"
		[[ $output == *'slackcount: 2021/01/01/00: app: stored 9, but loaded 0'* ]]
		[[ $output == *'load.sh: 2021/01/01/00: app: 3 records do not fit, and REQUIRE_ALL=1: none of it is loaded'* ]]
		[ "$(counts)" = $'app\t12\t3\t9\t0\t0\nweb\t4\t0\t4\t4\t4' ]
	done
	run ! ctl sql 'SELECT * FROM "logs.app"'
	corrected
	run -0 refit app
	whole
	# What the table held before stays while a reload is stopped.
	printf '{"type":"app","n":"x"}\n' | ctl put "s3://logs/$H/b.json" -
	run -2 hour reload "$H"
	[ "$(counts)" = $'app\t13\t1\t12\t0\t12\nweb\t4\t0\t4\t4\t4' ]
	[ "$(table app | wc -l)" = 12 ]
	# Without the setting what fits is loaded: nothing but the load was left out.
	REQUIRE_ALL='' run -2 hour hour "$H"
	[ "$(counts)" = $'app\t13\t1\t12\t12\t12\nweb\t4\t0\t4\t4\t4' ]
}

@test "a refit that is asked for what is not there: no hour 66, no type 66, no name 64, odd names are text" {
	run -2 refit app
	[[ ${lines[0]} == "gcscat: gs://logs/_hours/$H/put.tsv: "* ]]
	[[ ${lines[1]} == *'Error 66' ]]
	mixed
	run -2 hour hour "$H"
	cp "$SCHEMAS/app.json" "$SCHEMAS/none.json"
	run -2 refit none
	[[ ${lines[0]} == "refit.sh: $H: none: no such type in this hour" ]]
	run -2 refit ''
	[[ ${lines[0]} == 'refit.sh: expected HOUR and TYPE; see --help' ]]
	run -2 refit "'; touch ran; '\$(shell touch ran)\`touch ran\`"
	[[ ${lines[0]} == 'refit.sh: type '*': no schema at '* ]]
	[ ! -e ran ]
}

@test "a malformed schema is told by a refit with its place (78), however much there is to read, and nothing is changed" {
	seq 300000 | awk '{printf "{\"type\":\"app\",\"n\":%d}\n", $1}' | ctl put "s3://logs/$H/a.json" -
	COMPRESS='' run -0 hour hour "$H"
	cp "$VAR/$H/put.tsv" put.tsv
	echo '{bad' >"$SCHEMAS/app.json"
	run -2 refit app
	[[ ${lines[0]} == "ndfit: $SCHEMAS/app.json:1:3: "* ]]
	[[ ${lines[1]} == *'Error 78' ]]
	cmp put.tsv "$VAR/$H/put.tsv"
}

@test "a type that its table does not take stops no other, and a refit of another is loaded" {
	mixed
	run -2 hour hour "$H"
	schema app at:TIMESTAMP n:STRING type:STRING size:STRING
	run -2 refit app
	[[ $output == *'column n is INTEGER, the new rows have STRING; convert with '* ]]
	schema web n:INTEGER type:STRING more:STRING
	run -2 refit web
	[ "$(wc -l <"$VAR/$H/load/web.tsv")" = 1 ]
	[ "$(ctl sql 'SELECT count(*), count(more) FROM "logs.web"')" = $'4\t0' ]
	corrected
	run -0 refit app
	whole
}

@test "types of odd names are fitted, told and refitted: the empty one, blanks, quotes, what a shell would run" {
	for t in '' 'a b' "it's" '*' '$(touch ran)' 'new\nline'; do printf '{"type":"%s","n":"x"}\n{"type":"%s","n":1}\n' "$t" "$t"; done |
		ctl put "s3://logs/$H/a.json" -
	printf '*\tstar\n' >tables
	export TABLES=$PWD/tables
	for f in % a%20b it%27s %2A '%24%28touch%20ran%29' new%0Aline; do schema "$f" type:STRING n:INTEGER; done
	run -2 hour hour "$H"
	[[ $output == *'classify.sh: %: /n: expected INTEGER, found STRING "x": 1 of 2 records, '* ]]
	[ "$(cut -f 3- "$VAR/$H/counts.tsv" | sort | uniq -c | tr -s ' ')" = $' 6 2\t1\t1\t1\t1' ]
	for f in % a%20b it%27s %2A '%24%28touch%20ran%29' new%0Aline; do
		schema "$f" type:STRING n:STRING
		echo 'SELECT type, SAFE_CAST(n AS INT64) AS n FROM {temp}' >"$SCHEMAS/$f.sql"
		run refit "$f"
	done
	[ "$output" = '' ]
	[ "$(cut -f 3- "$VAR/$H/counts.tsv" | sort | uniq -c | tr -s ' ')" = $' 6 2\t0\t2\t2\t2' ]
	[ ! -e ran ]
}

@test "an object that another run has written since is not taken for the manifest's (65)" {
	mixed
	run -2 hour hour "$H"
	gcscat "gs://logs/app/$H/" | tail -n 3 | gzip | ctl put "gs://logs/app/$H/app.0.ndjson.gz" -
	corrected
	run -2 refit app
	[[ ${lines[0]} == "refit.sh: gs://logs/app/$H/app.0.ndjson.gz: not the generation "* ]]
	[[ ${lines[1]} == *'Error 65' ]]
}

# begin_again: the three are rejected once more, from objects that were accepted.
begin_again() {
	schema app at:TIMESTAMP n:INTEGER type:STRING
	run -2 refit app
	[ "$(counts)" = $'app\t12\t3\t9\t9\t9\nweb\t4\t0\t4\t4\t4' ]
	corrected
}

# killable: a refit in a process group of its own.
killable() { setsid make --no-print-directory -f "$recipes/hour.mk" refit TYPE=app HOUR="$H" >first.log 2>&1 3>&-; }

@test "killed behind each program it runs, and run again: a refit brings every row once" {
	mixed
	run -2 hour hour "$H"
	# The one whose turn it is does its work, and then all of the refit is gone.
	mkdir programs
	for p in "$BIN"/*; do
		printf '#!/bin/sh\n"%s" "$@"\nended=$?\necho "$0" >>"%s/ran"\n[ "$(wc -l <"%s/ran")" != "$KILL" ] || kill -9 0\nexit $ended\n' \
			"$p" "$PWD" "$PWD" >"programs/${p##*/}"
	done
	chmod +x programs/*
	for ((k = 1; ; k++)); do
		begin_again
		rm -f ran
		ended=0
		KILL=$k PROGRAMS=$PWD/programs killable || ended=$?
		run -0 refit app
		whole
		[ "$ended" != 0 ] || break
	done
	[ "$k" -ge 12 ]
}

@test "killed at five random moments, and run again: a refit brings every row once" {
	mixed
	run -2 hour hour "$H"
	corrected
	began=$(date +%s%N)
	run -0 refit app
	took=$((($(date +%s%N) - began) / 1000000))
	for i in 0 1 2 3 4; do
		begin_again
		killable &
		group=$!
		sleep "$(awk -v ms="$took" -v fifth="$i" -v r="$RANDOM" 'BEGIN {print ms / 1000 * (fifth + r / 32768) / 5}')"
		kill -9 -- "-$group" 2>/dev/null || kill -9 "$group"
		wait "$group" || :
		run -0 refit app
		whole
	done
}

@test "a large type is stored in parts, whose misfits are counted together; a reload leaves none that it did not make" {
	export MEMORY=1M
	seq 12000 | awk '{printf "{\"type\":\"app\",\"n\":%d,\"at\":\"2021-01-01T00:00:00Z\"%s}\n", $1, $1 % 4000 ? "" : ",\"x\":1"}' |
		tee a.json | ctl put "s3://logs/$H/a.json" -
	run -2 hour hour "$H"
	[[ $output == *'classify.sh: app: /x: not in the schema: 3 of 12000 records, gs://logs/_rejected/app/2021/01/01/00/app.'* ]]
	[ "$(counts)" = $'app\t12000\t3\t11997\t11997\t11997' ]
	parts=$(ctl ls "gs://logs/app/$H/" | wc -l)
	[ "$parts" -ge 2 ]
	# The report names each misfit where it lies.
	gcscat "gs://logs/_rejected/app/$H/app.rejects.tsv" | while IFS=$'\t' read -r object line _; do
		gcscat "$object" | sed -n "${line}p"
	done | cmp - <(grep '"x":1' a.json)
	records 00:10 app 1 9 | ctl put "s3://logs/$H/a.json" -
	run -0 hour reload "$H"
	[ "$(counts)" = $'app\t9\t0\t9\t9\t9' ]
	gcscat "gs://logs/_hours/$H/put.tsv" | cut -f 3 | sort >named
	ctl ls gs://logs/ | cut -f 1 | grep -v /_hours/ | sort | cmp - named
	[ "$(gcscat "gs://logs/_rejected/app/$H/" | wc -c)" = 0 ]
	[ "$(table app | wc -l)" = 9 ]
}
