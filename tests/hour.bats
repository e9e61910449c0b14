# The hour end to end: classify, load, count, reload; stopped, repeated, two at once.
bats_require_minimum_version 1.5.0

load hour/setup.bash

@test "an hour goes from S3 to the origin tables, counted, and a second run does nothing" {
	{
		records 00:10 app 1 50
		records 00:20 web 1 30 | sed 's/"at":"[^"]*",//'
	} | gzip >a.gz
	ctl put s3://logs/2021/01/01/00/a.gz a.gz
	run -0 hour hour 2021/01/01/00
	run -0 cat "$VAR/2021/01/01/00/counts.tsv"
	[ "$output" = $'2021/01/01/00\tapp\t50\t0\t50\t50\t50\n2021/01/01/00\tweb\t30\t0\t30\t30\t30' ]
	[ "$(table app | wc -l)" = 50 ]
	table app >before
	requests=$(ctl log bigquery | grep -c '"DELETE\|DELETE FROM' || :)
	mkdir "$VAR/2021/01/01/00/work.killed" # behind put.tsv
	run -0 hour hour 2021/01/01/00
	[ ! -e "$VAR/2021/01/01/00/work.killed" ]
	table app | cmp - before
	[ "$(ctl log bigquery | grep -c '"DELETE\|DELETE FROM' || :)" = "$requests" ]
}

@test "a reload sends one transaction per type, uploads nothing, loads nothing, and changes nothing" {
	{
		records 00:10 app 1 50
		records 00:20 web 1 30 | sed 's/"at":"[^"]*",//'
	} >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	run -0 hour hour 2021/01/01/00
	table app >before
	ctl log >log.before
	run -0 hour reload 2021/01/01/00
	table app | cmp - before
	ctl log | tail -n +$(($(wc -l <log.before) + 1)) >log
	[ "$(grep -c 'BEGIN TRANSACTION.*DELETE FROM.*INSERT INTO.*COMMIT TRANSACTION' log)" = 2 ]
	[ "$(grep '"service": *"gcs"' log | grep -c '"method": *"\(POST\|PUT\)"')" = 0 ]
}

@test "a reload by folder hour restores exactly its records; one by record time would not" {
	{
		records 00:10 app 1 20
		records 01:03 app 21 25
	} >a.json
	{
		records 01:03 app 26 30
		records 01:30 app 31 40
	} >b.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	ctl put s3://logs/2021/01/01/01/b.json b.json
	run -0 hour hour 2021/01/01/00
	run -0 hour hour 2021/01/01/01
	table app >before
	[ "$(wc -l <before)" = 40 ]
	run -0 ctl sql "SELECT count(*) FROM \"logs.app\" WHERE folder_hour LIKE '2021-01-01 00:00:00%'"
	[ "$output" = 25 ]
	# Deleting 00:00 to 01:00 by record time leaves 5 of this folder's 25, which the INSERT would double.
	run -0 ctl sql "SELECT count(*) FROM \"logs.app\" WHERE folder_hour LIKE '2021-01-01 00:00:00%' AND NOT (at >= '2021-01-01 00:00:00' AND at < '2021-01-01 01:00:00')"
	[ "$output" = 5 ]
	run -0 hour reload 2021/01/01/00
	table app | cmp - before
}

@test "a type that S3 has no more at a reload is named and ends the hour with 1: its rows are still there" {
	records 00:10 app 1 5 >a.json
	records 00:10 web 1 3 | sed 's/"at":"[^"]*",//' >b.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	ctl put s3://logs/2021/01/01/00/b.json b.json
	run -0 hour hour 2021/01/01/00
	ctl rm s3://logs/2021/01/01/00/b.json
	for _ in 1 2; do
		run -2 hour reload 2021/01/01/00
		[ "${lines[0]}" = 'slackcount: 2021/01/01/00: web: S3 has none of it any more, but its table still holds 3 rows' ]
		run -0 cat "$VAR/2021/01/01/00/counts.tsv"
		[ "$output" = $'2021/01/01/00\tapp\t5\t0\t5\t5\t5\n2021/01/01/00\tweb\t0\t0\t0\t0\t3' ]
	done
}

@test "records set aside are counted, kept in GCS and end the hour with 1; the rest is loaded" {
	{
		records 00:10 app 1 9
		echo 'not json'
		echo '{"n":1}'
		echo '{"type":"app","n":"12kB"}'
	} >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	run -2 hour hour 2021/01/01/00
	[[ $output == *'classify.sh: app: /n: expected INTEGER, found STRING "12kB": 1 of 10 records, gs://logs/_rejected/app/2021/01/01/00/app.0.ndjson.gz:1'* ]]
	[[ $output == *'slackcount: 2021/01/01/00: app: 1 rejected, see _rejected/ in GCS'* ]]
	[[ $output == *'Error 1'* ]]
	run -0 sort "$VAR/2021/01/01/00/counts.tsv"
	[ "$output" = $'2021/01/01/00\t_rejected\t2\t2\t0\t-\t-\n2021/01/01/00\tapp\t10\t1\t9\t9\t9' ]
	run -0 gcscat gs://logs/_rejected/app/2021/01/01/00/
	[ "${lines[0]}" = '{"type":"app","n":"12kB"}' ]
	[ "${lines[1]}" = $'gs://logs/_rejected/app/2021/01/01/00/app.0.ndjson.gz\t1\t-\ttype\t/n: expected INTEGER, found STRING "12kB"' ]
	run -0 gcscat gs://logs/_rejected/2021/01/01/00/_rejected.ndjson.gz
	[ "$output" = $'not json\n{"n":1}' ]
	run -0 gcscat gs://logs/_rejected/2021/01/01/00/_rejected.rejects.tsv
	[ "$(cut -f 2,4 <<<"$output" | xargs)" = '10 not-json 11 no-key' ]
}

@test "a type without a schema stays in GCS, is reported, and stops nothing" {
	{
		records 00:10 app 1 9
		records 00:10 novel 1 3
	} >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	run -0 hour hour 2021/01/01/00
	[[ $output == *novel*'no schema'* ]]
	run -0 cut -f 2- "$VAR/2021/01/01/00/counts.tsv"
	[ "$output" = $'app\t9\t0\t9\t9\t9\nnovel\t3\t0\t3\t-\t-' ]
	run -0 bash -c 'gcscat gs://logs/novel/2021/01/01/00/ | wc -l'
	[ "$output" = 3 ]
}

@test "a slash at the end of S3_URL and GCS_URL makes no other place" {
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/a.json -
	S3_URL=s3://logs/ GCS_URL=gs://logs/ run -0 hour hour 2021/01/01/00
	run -0 hour reload 2021/01/01/00
	[ "$(gcscat -l gs://logs/ | wc -l)" = 2 ]
}

@test "an object that changes between listing and reading stops the hour; the next run takes it whole" {
	records 00:10 app 1 9 >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	s3cat -l s3://logs/2021/01/01/00/ >listing
	records 00:10 app 1 20 >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	run -65 --separate-stderr s3cat -m listing
	[[ $stderr == *'s3://logs/2021/01/01/00/a.json'*changed* ]]
	run -0 hour hour 2021/01/01/00
	[ "$(table app | wc -l)" = 20 ]
}

@test "odd types: spaces, slashes, case, UTF-8, percent signs go through make and BigQuery" {
	for t in 'Windows PowerShell' 'a/b' Case case 'x%2Fy' '한글' "it's"; do
		records 00:10 X 1 3 | sed "s|\"X\"|\"$t\"|"
	done >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	for f in 'Windows%20PowerShell' 'a%2Fb' Case case 'x%252Fy' '%ED%95%9C%EA%B8%80' 'it%27s'; do
		schema "$f" at:TIMESTAMP n:INTEGER type:STRING
	done
	run -0 hour hour 2021/01/01/00
	[ "$(cut -f 7 "$VAR/2021/01/01/00/counts.tsv" | sort | uniq -c | tr -s ' ')" = ' 7 3' ]
	for t in Windows_PowerShell a_b Case case x_2Fy ______ it_s; do [ "$(table "$t" | wc -l)" = 3 ]; done
}

@test "types that would meet in one table are 78; TABLES gives one of them another" {
	{
		records 00:10 a-b 1 3
		records 00:10 a_b 1 5
		records 00:10 app 1 2
	} >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	schema a-b at:TIMESTAMP n:INTEGER type:STRING
	schema a_b at:TIMESTAMP n:INTEGER type:STRING
	run -2 hour hour 2021/01/01/00
	[[ $output == *"types 'a-b' and 'a_b' would meet in table"* ]]
	printf 'a-b\ta_dash_b\n' >'ta bles.tsv'
	TABLES='ta bles.tsv' run -0 hour hour 2021/01/01/00
	[ "$(table a_dash_b | wc -l) $(table a_b | wc -l) $(table app | wc -l)" = '3 5 2' ]
	[ "$(cut -f 7 "$VAR/2021/01/01/00/counts.tsv" | paste -sd ' ')" = '3 5 2' ]
}

# phase HOUR: how far the hour came, told by what lies in its directory.
phase() {
	local d=$VAR/$1
	if [ -e "$d/counts.tsv" ]; then
		echo done
	elif [ -n "$(find "$d/stamp" -name '*.tsv' 2>/dev/null)" ]; then
		echo stamped
	elif [ -n "$(find "$d/load" -name '*.tsv' 2>/dev/null)" ]; then
		echo loaded
	elif [ -e "$d/put.tsv" ]; then
		echo stored
	elif [ -s "$d/split.tsv" ]; then
		echo split
	else
		echo begun
	fi
}

@test "killed at ten random moments, one in each tenth of an hour's time, and run again: every row once" {
	for i in 0 1 2 3 4 5 6 7 8 9; do
		{
			records "0$i:10" app 1 300
			records "0$i:10" web 1 200 | sed 's/"at":"[^"]*",//'
		} | gzip | ctl put "s3://logs/2021/01/01/0$i/a.gz" -
	done
	records "00:10" app 1 300 | ctl put s3://logs/2021/01/02/00/a -
	began=$(date +%s%N)
	run -0 hour hour 2021/01/02/00
	took=$((($(date +%s%N) - began) / 1000000))
	for i in 0 1 2 3 4 5 6 7 8 9; do
		setsid make --no-print-directory -f "$recipes/hour.mk" -j2 hour HOUR="2021/01/01/0$i" >first.log 2>&1 3>&- &
		group=$!
		sleep "$(awk -v ms="$took" -v tenth="$i" -v r="$RANDOM" 'BEGIN {print ms / 1000 * (tenth + r / 32768) / 10}')"
		kill -9 -- "-$group" 2>/dev/null || :
		wait "$group" || :
		phase "2021/01/01/0$i" | tee -a phases
		run -0 hour hour "2021/01/01/0$i"
		[ "$output" = '' ]
	done
	[ "$(sort -u phases | wc -l)" -ge 3 ]
	where="WHERE folder_hour < '2021-01-02'"
	run -0 ctl sql "SELECT count(*), count(DISTINCT folder_hour || n) FROM \"logs.app\" $where"
	[ "$output" = $'3000\t3000' ]
	run -0 ctl sql "SELECT count(*), count(DISTINCT folder_hour || n) FROM \"logs.web\" $where"
	[ "$output" = $'2000\t2000' ]
	run -0 ctl ls gs://logs/
	[ "${#lines[@]}" = 32 ]
	for i in 0 1 2 3 4 5 6 7 8 9; do
		[ "$(gcscat "gs://logs/app/2021/01/01/0$i/" | sort -u | wc -l)" = 300 ]
		[ "$(gcscat "gs://logs/web/2021/01/01/0$i/" | wc -l)" = 200 ]
	done
}

@test "two runs of one hour at once: one does it, the other does too or is refused, and the rows are right" {
	records 00:10 app 1 300 | ctl put s3://logs/2021/01/01/00/a.json -
	for target in hour hour reload hour; do
		hour "$target" 2021/01/01/00 >>said 2>&1 3>&- &
	done
	wait
	cat said
	run -1 grep -v '^make\|another run is at work on this hour' said
	run -0 hour hour 2021/01/01/00
	[ "$(table app | wc -l)" = 300 ]
	[ "$(cut -f 2- "$VAR/2021/01/01/00/counts.tsv")" = $'app\t300\t0\t300\t300\t300' ]
	exec 8>"$VAR/2021/01/01/00/lock"
	flock 8
	the_hour_ends_with 75 'reload.sh: 2021/01/01/00: another run is at work on this hour *' reload
	exec 8>&-
}

@test "a step whose step before is missing is 66 and says so" {
	run -66 "$recipes/load.sh" 2021/01/01/00 app
	[[ $output == 'load.sh: 2021/01/01/00: not classified yet'* ]]
	run -66 "$recipes/count.sh" 2021/01/01/00
	[[ $output == 'count.sh: 2021/01/01/00: not classified yet'* ]]
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/a.json -
	run -0 "$recipes/classify.sh" 2021/01/01/00
	run -66 "$recipes/count.sh" 2021/01/01/00
	[[ $output == 'count.sh: 2021/01/01/00: not every type is loaded yet'* ]]
	run -0 "$recipes/load.sh" 2021/01/01/00 app
	run -0 "$recipes/count.sh" 2021/01/01/00
}

@test "the top make: the hour before this one by default, blanks in paths, no HOME" {
	blank=$BATS_TEST_TMPDIR/a\ \ b
	mkdir "$blank"
	for f in bin man pipelines src schemas tests Makefile; do ln -s "$BATS_TEST_DIRNAME/../$f" "$blank/$f"; done
	hour=$(date -u -d '1 hour ago' +%Y/%m/%d/%H)
	for h in "$hour" "$(date -u +%Y/%m/%d/%H)"; do
		records 00:10 app 1 9 | ctl put "s3://logs/$h/a.json" -
	done
	cd "$blank"
	unset MAKEFLAGS MFLAGS MAKELEVEL
	VAR='v a r' run -0 env -u HOME make -o all hour
	[ "$output" = '' ]
	VAR='v a r' HOME='' run -0 make -j2 -o all reload HOUR="$hour"
	[ "$output" = '' ]
	[ "$(cut -f 2- "v a r/$hour/counts.tsv")" = $'app\t9\t0\t9\t9\t9' ]
	cd /
	VAR="$blank/v a r" run -0 make -f "$blank/pipelines/hour.mk" --no-print-directory hour HOUR="$hour"
	[ "$output" = '' ]
	CONF=none.conf run -2 make -f "$blank/pipelines/hour.mk" hour HOUR="$hour"
	[[ ${lines[1]} == *none.conf:* ]]
	echo "VAR='$blank/conf'" >"$BATS_TEST_TMPDIR/own.conf"
	cd "$BATS_TEST_TMPDIR"
	CONF=own.conf DATASET=none HOUR_COLUMN=h COMPRESS=.gz UPLOADS=1 \
		run -2 make -f "$blank/pipelines/hour.mk" hour HOUR="$hour"
	[ -e "$blank/conf/$hour/put.tsv" ]
}

@test "Slack being down does not stop the hour" {
	records 00:10 app 1 9 >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	ctl fault slack '*' status code=503 times=always
	SLACK=yes run -0 hour hour 2021/01/01/00
	[[ $output == *Slack* ]]
	[ "$(cut -f 7 "$VAR/2021/01/01/00/counts.tsv")" = 9 ]
}
