# s3cat before a service that is not S3, or speaks it wrongly: 69, one line, and nothing written.
bats_require_minimum_version 1.5.0

load net/serve

setup() {
	cd "$BATS_TEST_TMPDIR"
	servers=
	unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_S3_ADDRESSING_STYLE http_proxy all_proxy ALL_PROXY
	export AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret AWS_REGION=us-east-1 HOURTOOLS_RETRY_BASE_MS=1
	: >answer
	serve server file:answer
	export AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port
}

teardown() {
	end_servers
}

# listing CONTENTS [REST]: the answer is a page that holds CONTENTS, and REST.
listing() {
	printf '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">%s<EncodingType>url</EncodingType>%s</ListBucketResult>' \
		"${2-<IsTruncated>false</IsTruncated>}" "$1" >answer
}

# object KEY SIZE ETAG: one element of a page.
object() {
	printf '<Contents><Key>%s</Key><LastModified>2021-01-01T00:00:00.000Z</LastModified><ETag>%s</ETag><Size>%s</Size></Contents>' \
		"$1" "$3" "$2"
}

# refuses WORDS [OPERAND]: a listing ends with 69 and one line that holds WORDS.
refuses() {
	run -69 --separate-stderr s3cat -l "${2-s3://logs/l/}"
	# shellcheck disable=SC2053 # a pattern
	[[ $stderr == "s3cat: ${2-s3://logs/l/}: "*$1* ]] && [ "${#stderr_lines[@]}" = 1 ] || {
		echo "$stderr"
		return 1
	}
}

@test "a page is read as it should be" {
	listing "$(object l/a%2B+b 3 '&quot;e1&quot;')$(object l/b 0 '"e2"')"
	run -0 s3cat -l s3://logs/l/
	[ "$output" = "$(printf 's3://logs/l/a+ b\t3\te1\t2021-01-01T00:00:00.000Z\ns3://logs/l/b\t0\te2\t2021-01-01T00:00:00.000Z')" ]
	# Without the time, too.
	listing '<Contents><Key>l/a</Key><Size>1</Size><ETag>"e"</ETag></Contents>'
	run -0 s3cat -l s3://logs/l/
	[ "$output" = "$(printf 's3://logs/l/a\t1\te\t')" ]
}

@test "what is no listing is told" {
	refuses 'not XML: no element found'
	echo '<html><body>Sign in' >answer
	refuses "127.0.0.1:$port: an HTML page came, as from a proxy or a sign-in"
	echo '<body>Sign in</body>' >answer
	refuses 'the answer is not a listing'
	printf '{"a":1}' >answer
	refuses 'not XML: '
	echo '<Error><Code>SlowDown</Code></Error>' >answer
	refuses 'the answer is not a listing'
	listing '' && head -c 100 answer >cut && mv cut answer
	refuses 'not XML: '
}

@test "objects without key, size or ETag, and keys that can't be, are told" {
	listing '<Contents><Size>1</Size><ETag>"e"</ETag></Contents>'
	refuses 'without key, size or ETag'
	listing '<Contents><Key>k</Key><ETag>"e"</ETag></Contents>'
	refuses 'without key, size or ETag'
	listing '<Contents><Key>k</Key><Size>1</Size></Contents>'
	refuses 'without key, size or ETag'
	for size in -1 1x 18446744073709551616 ''; do
		listing "$(object k "$size" '"e"')"
		refuses 'without key, size or ETag'
	done
	for key in a%zz a% a%00b; do
		listing "$(object "$key" 1 '"e"')"
		refuses "holds the key '$key', which can't be decoded"
	done
	listing "$(object l/b 1 '"e"')$(object l/a 1 '"e"')"
	refuses "not in the order of keys: 'l/a' after 'l/b'"
	listing "$(object l/a 1 '"e"')$(object l/a 1 '"e"')"
	refuses "not in the order of keys: 'l/a' after 'l/a'"
	# Of a server that ignores the prefix.
	for key in k L/a l k%2Fl/a; do
		listing "$(object "$key" 1 '"e"')"
		refuses 'holds a key that does not begin so: '
	done
}

@test "pages without a way on, or that lead back, are told" {
	listing "$(object l/a 1 '"e"')" '<IsTruncated>true</IsTruncated>'
	refuses 'cut without a way to go on'
	listing "$(object l/a 1 '"e"')" '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>'
	refuses "not in the order of keys: 'l/a' after 'l/a'"
	listing '' '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>'
	refuses 'cut without a way to go on'
}

@test "document types, entities and depth are refused before they cost anything" {
	printf '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><ListBucketResult>&c;</ListBucketResult>' >answer
	refuses "XML has a document type, which S3's never has"
	printf '<ListBucketResult>&nbsp;</ListBucketResult>' >answer
	refuses 'not XML: undefined entity'
	python3 -c 'print("<a>" * 100000 + "</a>" * 100000)' >answer
	refuses 'XML is nested deeper than 16'
	python3 -c 'print("<ListBucketResult>" + "x" * (17 << 20) + "</ListBucketResult>")' >answer
	refuses 'answer longer than 16777216 bytes'
}

@test "an object without an ETag is not read" {
	echo x >answer
	refuses_object() {
		run -69 --separate-stderr s3cat s3://logs/k
		[ "$stderr" = "s3cat: s3://logs/k: the answer has no ETag" ]
		[ "$output" = "" ]
	}
	refuses_object
	: >answer
	refuses_object
}

@test "an object that does not end where its head says is an error there" {
	serve endless.log endless
	AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port run -65 --separate-stderr timeout 20 s3cat -m - <<<$'s3://logs/a\t5\te'
	[ "$stderr" = "s3cat: s3://logs/a: more bytes came than the object's 5" ]
	[ "${#output}" -le 5 ]
}

# raw STATUS HEADERS BODY: the whole answer; HEADERS end in \r\n each.
raw() {
	printf 'HTTP/1.1 %s\r\n%bContent-Length: %d\r\n\r\n%s' "$1" "$2" "${#3}" "$3" >answer
}

# ends CODE WORDS OPERAND: s3cat ends with CODE and one line of these words.
ends() {
	run -"$1" --separate-stderr s3cat "$3"
	# shellcheck disable=SC2053 # a pattern
	[[ $stderr == "s3cat: $3: "$2 ]] && [ "${#stderr_lines[@]}" = 1 ] || {
		echo "$stderr"
		return 1
	}
}

@test "a page of HTML in S3's place is called one, with the server that sent it" {
	raw '200 OK' 'Content-Type: text/html; charset=utf-8\r\nServer: squid/6\r\n' '<html>Sign in</html>'
	ends 69 'the answer has no ETag: an HTML page came from squid/6, as from a proxy or a sign-in, *' s3://logs/k
	ends 69 '*: an HTML page came from squid/6, as from a proxy or a sign-in' s3://logs/l/
}

@test "a bucket in yet another region than S3 said is asked there once, then named" {
	raw '301 Moved Permanently' 'x-amz-bucket-region: eu-west-3\r\nx-amz-request-id: R1\r\n' \
		'<Error><Code>PermanentRedirect</Code><Message>m</Message></Error>'
	ends 69 'the bucket is in another region: it is in eu-west-3 (PermanentRedirect, HTTP 301, request id R1)' s3://logs/l/
	[ "$(wc -l <server)" = 3 ]
	raw '301 Moved Permanently' '' '<Error><Code>PermanentRedirect</Code><Message>m</Message></Error>'
	ends 69 'the bucket is in another region: set AWS_REGION to its region (PermanentRedirect, HTTP 301)' s3://logs/l/
}

@test "503 without a word asks for fewer requests, as SlowDown does" {
	raw '503 Service Unavailable' '' ''
	run -75 --separate-stderr s3cat -v s3://logs/l/
	[[ $stderr == *" 9 of them repeated, 10 answers that ask for fewer, "* ]]
}

@test "an object whose length is not told, or that is shorter than its head says, is not taken for whole" {
	printf 's3://logs/k\t50\te\n' >listing
	printf 'HTTP/1.1 200 OK\r\nETag: "e"\r\nConnection: close\r\n\r\nshort\n' >answer
	run -69 --separate-stderr timeout 20 s3cat -m listing
	[ "$stderr" = "s3cat: s3://logs/k: the answer does not begin at byte 0, as asked" ]
	printf 'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 50\r\nConnection: close\r\n\r\nshort\n' >answer
	# What follows begins at byte 0 again: the server ignores Range.
	run -69 --separate-stderr timeout 20 s3cat -m listing
	[ "$stderr" = "s3cat: s3://logs/k: stopped at byte 6 of 50: the server ignores Range, asked from byte 6 on" ]
	[ "$output" = "" ]
}
