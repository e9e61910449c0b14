# slackcount: counts to an aligned table, to Slack once or not at all.
bats_require_minimum_version 1.5.0

setup_file() {
	eval "$("$BATS_TEST_DIRNAME"/cloud/up "$BATS_FILE_TMPDIR/cloud" 3>&-)"
	export HOURTOOLS_RETRY_BASE_MS=1
}

teardown_file() {
	"$BATS_TEST_DIRNAME"/cloud/down
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	ctl clearfaults
	printf '2021/01/01/00\tapp\t1234567\t2\t1234565\t1234565\t1234565\n' >counts
	printf '2021/01/01/00\t한글\t10\t0\t10\t-\t-\n' >>counts
}

ctl() { "$BATS_TEST_DIRNAME"/cloud/ctl "$@"; }

# posts: how many messages Slack took.
posts() { wc -l <"$CLOUD_DIR/slack.jsonl" 2>/dev/null || echo 0; }

@test "the table is aligned, warnings first, totals last" {
	run -0 --separate-stderr slackcount -n <counts
	[ "$output" = '2021/01/01/00 UTC
app: 2 rejected, see _rejected/ in GCS
한글: no schema, its objects stay in GCS
```
type        read  rejected     stored     loaded   inserted
app    1,234,567         2  1,234,565  1,234,565  1,234,565
한글          10         0         10          -          -
total  1,234,577         2  1,234,575  1,234,565  1,234,565
```' ]
	[ "$stderr" = "" ]
}

@test "CJK, emoji and combining marks do not shift the columns" {
	for type in app 로그인 ログ 日志 '🚀 deploy' '❤️' '👩‍💻' $'e\xcc\x81tat'; do
		printf '2021/01/01/00\t%s\t5\t0\t5\t5\t5\n' "$type"
	done >counts
	run -0 slackcount -n <counts
	# What a terminal shows: two columns for wide characters, none for marks, a cluster as its widest.
	[ "$(grep -c '  5 ' <<<"$output")" = 8 ]
	[[ $output == *$'\napp           5 '* ]]
	[[ $output == *$'\n로그인        5 '* ]]
	[[ $output == *$'\nログ          5 '* ]]
	[[ $output == *$'\n🚀 deploy     5 '* ]]
	[[ $output == *$'\n❤️            5 '* ]]
	[[ $output == *$'\n👩‍💻            5 '* ]]
	[[ $output == *$'\ne\xcc\x81tat          5 '* ]]
}

@test "a type's name is cut at 60 columns, and when it is all combining marks" {
	printf '2021/01/01/00\t%s\t5\t0\t5\t5\t5\n' "$(printf '한%.0s' $(seq 31))" >counts
	printf '2021/01/01/00\t%s\t5\t0\t5\t5\t5\n' "e$(printf '\xcc\x81%.0s' $(seq 9000))" >>counts
	printf '2021/01/01/00\ta`b\\n\t5\t0\t5\t5\t5\n' >>counts
	run -0 slackcount -n <counts
	[[ $output == *$'\n'"$(printf '한%.0s' $(seq 29))…    "* ]]
	[[ $output == *$'\na?b? '* ]]
	[ "${#output}" -lt 1500 ]
}

@test "the first stage that differs is named" {
	printf '2021/01/01/00\ta\t5\t0\t4\t4\t4\n2021/01/01/00\tb\t5\t0\t5\t4\t4\n2021/01/01/00\tc\t5\t0\t5\t5\t6\n' >counts
	run -0 slackcount -n <counts
	[ "${lines[1]}" = 'a: read 5, but stored + rejected 4' ]
	[ "${lines[2]}" = 'b: stored 5, but loaded 4' ]
	[ "${lines[3]}" = 'c: loaded 5, but inserted 6' ]
}

@test "-k only tells what differs or was rejected (1)" {
	run -1 --separate-stderr slackcount -k <counts
	[ "$output" = "" ]
	[ "$stderr" = "slackcount: 2021/01/01/00: app: 2 rejected, see _rejected/ in GCS" ]
	printf '2021/01/01/00\ta\t5\t0\t4\t4\t4\n2021/01/01/00\tb\t5\t0\t5\t4\t4\n2021/01/01/00\tc\t5\t0\t5\t5\t6\n' >counts
	run -1 --separate-stderr slackcount -kq <counts
	[ "${stderr_lines[0]}" = 'slackcount: 2021/01/01/00: a: read 5, but stored + rejected 4' ]
	[ "${stderr_lines[1]}" = 'slackcount: 2021/01/01/00: b: stored 5, but loaded 4' ]
	[ "${stderr_lines[2]}" = 'slackcount: 2021/01/01/00: c: loaded 5, but inserted 6' ]
	printf '2021/01/01/00\ta\t5\t0\t5\t5\t5\n2021/01/01/00\tb\t5\t0\t5\t-\t-\n' >counts
	unset SLACK_WEBHOOK_URL
	run -0 slackcount -k <counts
	[ "$output" = "" ]
}

@test "the webhook gets one message, escaped" {
	printf '2021/01/01/00\ta&<b>\t5\t0\t5\t5\t5\n' >counts
	before=$(posts)
	run -0 slackcount <counts
	[ "$(posts)" = $((before + 1)) ]
	run -0 tail -n 1 "$CLOUD_DIR/slack.jsonl"
	[[ $output == *'a&amp;&lt;b&gt;'* ]]
}

@test "chat.postMessage with a channel" {
	before=$(posts)
	run -0 slackcount -c '#general' <counts
	[ "$(posts)" = $((before + 1)) ]
}

@test "a refused token is 77 and is not shown" {
	SLACK_BOT_TOKEN=xoxb-wrong-secret run -77 slackcount -c '#general' <counts
	[[ $output == *invalid_auth* ]]
	[[ $output != *wrong-secret* ]]
}

@test "an unknown webhook is refused and its URL is not shown" {
	SLACK_WEBHOOK_URL=${SLACK_WEBHOOK_URL%/*}/wrongsecret run slackcount <counts
	[ "$status" = 77 ] || [ "$status" = 69 ]
	[[ $output != *wrongsecret* ]]
}

@test "a channel or webhook that is not there is for good (69)" {
	run -69 slackcount -c '#nowhere' <counts
	[ "$output" = "slackcount: Slack refused the message: channel_not_found" ]
	SLACK_WEBHOOK_URL=${SLACK_WEBHOOK_URL%/*/*}/B000/secret run -69 slackcount <counts
	[[ $output == *no_service* && $output != *secret* ]]
	ctl fault slack webhook status code=200
	run -69 slackcount <counts
	[[ $output == *"not 'ok'"* ]]
}

@test "what is no URL is 77, is not sent anywhere and is not shown" {
	SLACK_WEBHOOK_URL=${SLACK_WEBHOOK_URL#http://} run -77 slackcount <counts
	[ "$output" = "slackcount: SLACK_WEBHOOK_URL in the environment: expected https://..." ]
	SLACK_API_URL=slack.com/api run -77 slackcount -c '#etl' <counts
	SLACK_WEBHOOK_URL='' run -77 slackcount <counts
	SLACK_BOT_TOKEN='' run -77 slackcount -c '#etl' <counts
}

@test "-v shows neither webhook nor token" {
	run -0 slackcount -v <counts
	[[ $output != *"${SLACK_WEBHOOK_URL##*/}"* ]]
	run -0 slackcount -vc '#etl' <counts
	[[ $output != *"$SLACK_BOT_TOKEN"* ]]
	ctl fault slack '*' status code=503 times=always
	run -75 slackcount -v <counts
	[[ $output != *"${SLACK_WEBHOOK_URL##*/}"* ]]
	LOG_FORMAT=json run -75 slackcount -vc '#etl' <counts
	[[ $output != *"$SLACK_BOT_TOKEN"* ]]
}

@test "Slack that is down, in trouble or limits for long is for later (75)" {
	SLACK_WEBHOOK_URL=http://127.0.0.1:1/services/T/B/secret run -75 slackcount <counts
	[[ $output == "slackcount: Slack gave no answer (127.0.0.1"*"may have been posted"* && $output != *secret* ]]
	ctl fault slack chat.postMessage status code=200
	run -75 slackcount -c '#etl' <counts
	[ "$output" = "slackcount: Slack refused the message: internal_error" ]
	ctl fault slack '*' status code=429 retry_after=301
	run -75 slackcount <counts
	[ "$output" = "slackcount: Slack limits the rate (HTTP 429); repeat later" ]
}

@test "ten thousand types are at most 32 MiB" {
	awk 'BEGIN {for (i = 1; i <= 10000; i++) print "2021/01/01/00\ttype-" i "\t5\t0\t5\t5\t5"}' >counts
	python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdin=open("counts"), stdout=open("out", "w"), check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$BIN/slackcount" -n >peak
	[ "$(cat peak)" -lt 32768 ]
	grep -q '^type-10000 ' out
}

@test "no webhook is 77 and says what to set" {
	unset SLACK_WEBHOOK_URL
	run -77 slackcount <counts
	[ "$output" = "slackcount: no SLACK_WEBHOOK_URL in the environment (or give --channel and SLACK_BOT_TOKEN)" ]
}

@test "429 waits as long as Retry-After says, then posts once" {
	ctl fault slack '*' status code=429 retry_after=1
	before=$(posts)
	start=$(date +%s%N)
	run -0 slackcount <counts
	[ $((($(date +%s%N) - start) / 1000000)) -ge 1000 ]
	[ "$(posts)" = $((before + 1)) ]
}

@test "a message whose answer was lost is not repeated" {
	ctl fault slack '*' after code=500
	before=$(posts)
	run -75 slackcount <counts
	[ "$(posts)" = $((before + 1)) ]
	[[ $output == *'may have been posted'* ]]
}

@test "a long table is several messages of at most 4000 characters" {
	for i in $(seq 200); do printf '2021/01/01/00\ttype-number-%s\t5\t0\t5\t5\t5\n' "$i"; done >counts
	before=$(posts)
	run -0 slackcount <counts
	[ "$(posts)" -gt $((before + 1)) ]
	run -0 python3 -c '
import json, sys
for line in open(sys.argv[1]):
    text = json.dumps(json.loads(line), ensure_ascii=False)
    assert len(text) < 5000, len(text)
' "$CLOUD_DIR/slack.jsonl"
	tail -n $(($(posts) - before)) "$CLOUD_DIR/slack.jsonl" >sent
	for i in $(seq 200); do [ "$(grep -o "type-number-$i " sent | wc -l)" = 1 ]; done
	[ "$(grep -c '```.ntype  ' sent)" = "$(wc -l <sent)" ] # each has the headings
}

@test "no counts are 66, malformed counts 78 with the line" {
	run -66 slackcount -n </dev/null
	printf '2021/01/01/00\ta\t1\t2\t3\t4\t5\n2021/01/01/00\ta\tx\t0\t0\t0\t0\n' >counts
	run -78 slackcount -n <counts
	[ "$output" = "slackcount: standard input:2: column 3 is 'x', expected a number" ]
	printf '2021/01/01/00\ta\t1\t2\t3\t4\t5\n2021/01/01/01\ta\t1\t0\t0\t0\t0\n' >counts
	run -78 slackcount -n <counts
	[[ $output == *'standard input:2: hour 2021/01/01/01'* ]]
}

@test "a wrong option is 64, a full disk 74" {
	run -64 slackcount --typo <counts
	run -64 slackcount operand <counts
	run -74 bash -c 'slackcount -n <counts >/dev/full'
}
