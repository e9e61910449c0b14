# Credentials files of Google's: every type, what is wrong with one, and that nothing of it is shown.
bats_require_minimum_version 1.5.0
load gcs/setup

setup_file() {
	start_cloud 10
	ctl mkbucket gs://lake
	ctl put gs://lake/o "$small"
	# The AWS identity is the environment's, here of a user.
	eval "$(
		python3 - <<-'PY'
			import json, os
			keys = json.load(open(os.environ["CLOUD_DIR"] + "/keys.json"))
			print(f"export AWS_ACCESS_KEY_ID={keys['permanent']['access_key_id']}")
			print(f"export AWS_SECRET_ACCESS_KEY='{keys['permanent']['secret_access_key']}'")
		PY
	)"
	export AWS_REGION=ap-northeast-2 AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
	export AWS_EC2_METADATA_DISABLED=true files=$CLOUD_DIR/google HOME=$BATS_FILE_TMPDIR
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	logged=$(wc -l <"$CLOUD_DIR/requests.log")
}

teardown() {
	[ -z "${server-}" ] || kill "$server" 2>/dev/null || :
	ctl clearfaults
	ctl token ttl=3599 refresh=good clock_s=0
	ctl set google_sts clock_s=0 rotate=off
	ctl set metadata universe=
}

# log: the requests of this test.
log() {
	tail -n "+$((logged + 1))" "$CLOUD_DIR/requests.log"
}

# since PATTERN: how many of them match.
since() {
	log | grep -cE "$1" || :
}

# edit NAME CODE: the file NAME, changed by Python over its object "key", is what programs read.
edit() {
	python3 - "$files/$1.json" "$2" <<-'PY'
		import json, os, sys
		key = json.load(open(sys.argv[1]))
		exec(sys.argv[2])
		json.dump(key, open("key.json", "w"))
	PY
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/key.json
}

# refused STATUS NAME CODE WORDS: with the file changed so, gcscat ends with STATUS and one line that holds WORDS.
refused() {
	(
		edit "$2" "$3"
		run -"$1" --separate-stderr gcscat gs://lake/o
		one_line "$4"
	)
}

@test "every type of file opens the bucket, as whom it says" {
	python3 - "$BATS_TEST_DIRNAME/cloud" >principals <<-'PY'
		import sys
		sys.path.insert(0, sys.argv[1])
		from google_files import PRINCIPALS
		for name, principal in PRINCIPALS.items():
		    print(name, principal)
	PY
	[ "$(wc -l <principals)" -ge 18 ]
	while read -r name principal; do
		export GOOGLE_APPLICATION_CREDENTIALS=$files/$name.json
		gcscat gs://lake/o | cmp - "$small"
		[[ $(tail -n 1 "$CLOUD_DIR/requests.log") == *"\"principal\": \"$principal\""* ]] || {
			echo "$name"
			return 1
		}
	done <principals
}

@test "-v tells the type, the account and the file, and where AWS credentials came from" {
	while IFS='|' read -r name words; do
		GOOGLE_APPLICATION_CREDENTIALS=$files/$name.json run -0 --separate-stderr gcscat -v gs://lake/o
		[[ $stderr == *"Google credentials: $files/$name.json: "$words* ]] || {
			echo "$name: $stderr"
			return 1
		}
	done <<-'END'
		service|service account loader@stand-in.iam.gserviceaccount.com
		user|a user of client
		impersonated-chain|service account hour@stand-in.iam.gserviceaccount.com impersonated by service account middle@stand-in.iam.gserviceaccount.com impersonated by a user of client
		aws-impersonated|service account hour@stand-in.iam.gserviceaccount.com impersonated by an identity of AWS for //iam.googleapis.com/projects/
		oidc-url|an identity of the token at a URL for //iam.googleapis.com/
		workforce-user|a user of //iam.googleapis.com/locations/global/workforcePools/staff
	END
	GOOGLE_APPLICATION_CREDENTIALS=$files/aws.json run -0 --separate-stderr gcscat -v gs://lake/o
	[[ $stderr == *"AWS credentials from the environment"* ]]
	unset GOOGLE_APPLICATION_CREDENTIALS
	run -0 --separate-stderr gcscat -v gs://lake/o
	[[ $stderr == *"Google credentials: the metadata server at $GCE_METADATA_HOST"* ]]
}

@test "the variable's file is asked before gcloud's, that before the metadata server" {
	mkdir gcloud
	cp "$files/user.json" gcloud/application_default_credentials.json
	export CLOUDSDK_CONFIG=$PWD/gcloud
	gcscat gs://lake/o >found
	[ "$(since 'principal": "loader@')" = 2 ]
	GOOGLE_APPLICATION_CREDENTIALS='' gcscat gs://lake/o >found
	[ "$(since 'principal": "user:dev@')" = 2 ]
	[ "$(since '"service": "metadata"')" = 0 ]
	rm gcloud/*
	unset GOOGLE_APPLICATION_CREDENTIALS
	gcscat gs://lake/o >found
	[ "$(since '"service": "metadata", "route": "token"')" = 1 ]
	GCE_METADATA_HOST=127.0.0.1:1 run -77 --separate-stderr gcscat gs://lake/o
	one_line "; nor is there $PWD/gcloud/application_default_credentials.json"
	# A folder is no file; what is there is never passed over.
	mkdir gcloud/application_default_credentials.json
	run -77 --separate-stderr gcscat gs://lake/o
	one_line "gcloud's credentials: $PWD/gcloud/application_default_credentials.json: Is a directory"
}

@test "gcloud's file in the home directory is found, but not sent to an emulator that no variable names it for" {
	mkdir -p home/.config/gcloud
	echo '{"type": "none"}' >home/.config/gcloud/application_default_credentials.json
	export HOME=$PWD/home
	unset GOOGLE_APPLICATION_CREDENTIALS GCE_METADATA_HOST
	run -77 --separate-stderr gcscat gs://lake/o
	one_line 'HTTP 401 required: Anonymous caller'
	run -78 --separate-stderr env -u STORAGE_EMULATOR_HOST gcscat gs://lake/o
	one_line "$HOME/.config/gcloud/application_default_credentials.json: credentials of type 'none' are not supported"
}

@test "the project that pays is the file's, or the environment's, which wins" {
	export GOOGLE_APPLICATION_CREDENTIALS=$files/user.json
	gcscat gs://lake/o >found
	[ "$(since '"service": "gcs".*"user_project": "quota-of-user"')" = 2 ]
	GOOGLE_CLOUD_QUOTA_PROJECT=other gcscat gs://lake/o >found
	[ "$(since '"user_project": "other"')" = 2 ]
	GOOGLE_APPLICATION_CREDENTIALS=$files/service.json gcscat gs://lake/o >found
	[ "$(since '"service": "gcs"')" = 6 ]
	[ "$(since '"user_project"')" = 4 ]
	GOOGLE_CLOUD_QUOTA_PROJECT=$'a\nb' run -78 --separate-stderr gcscat gs://lake/o
	one_line "GOOGLE_CLOUD_QUOTA_PROJECT is 'a?b': expected a project"
}

@test "a login that ended says how to log in again" {
	ctl token refresh=revoked
	export GOOGLE_APPLICATION_CREDENTIALS=$files/user.json
	run -77 --separate-stderr gcscat gs://lake/o
	one_line "$files/user.json: "
	one_line 'the refresh token was refused: invalid_grant: Token has been expired or revoked.: run `gcloud auth application-default login`'
	refused 77 user 'key["client_secret"] = "another"' 'the refresh token was refused: invalid_client: Unauthorized'
	refused 77 workforce-user 'key["refresh_token"] = "another"' 'invalid_grant: The refresh token is invalid or expired.: run `gcloud auth'
}

@test "who may not impersonate is refused, with the account named" {
	refused 77 impersonated-user 'key["service_account_impersonation_url"] = key["service_account_impersonation_url"].replace("hour", "locked")' \
		"impersonation of locked@stand-in.iam.gserviceaccount.com was refused: PERMISSION_DENIED: Permission 'iam.serviceAccounts.getAccessToken' denied"
	refused 77 impersonated-user 'key["service_account_impersonation_url"] = key["service_account_impersonation_url"].replace("hour", "nobody")' \
		'impersonation of nobody@stand-in.iam.gserviceaccount.com was refused: NOT_FOUND'
	refused 77 impersonated-delegates 'key["delegates"] = []' 'impersonation of deep@stand-in.iam.gserviceaccount.com was refused'
	# A delegate may also be a bare account.
	edit impersonated-delegates 'key["delegates"] = ["middle@stand-in.iam.gserviceaccount.com"]'
	gcscat gs://lake/o | cmp - "$small"
}

@test "an identity of elsewhere that is refused is told with Google's reason" {
	refused 77 aws 'key["audience"] += "x"' 'invalid_target'
	AWS_SECRET_ACCESS_KEY=another refused 77 aws '' 'response of type SignatureDoesNotMatch'
	AWS_ACCESS_KEY_ID=AKIAUNKNOWN refused 77 aws '' 'response of type InvalidClientTokenId'
	AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' refused 77 aws '' 'AWS credentials: '
	refused 77 oidc-text 'key["audience"] = key["audience"].replace("oidc", "saml")' 'subject token type does not go with the provider'
	refused 77 workforce 'key["workforce_pool_user_project"] = "other"' 'A user project is required'
	refused 77 workforce-client 'key["client_secret"] = "other"' 'invalid_client'
	[ "$(since '"service": "gcs"')" = 0 ]
}

# token QUERY: what the identity provider gives for it.
token() {
	python3 - "$files/oidc-url.json" "$1" <<-'PY'
		import json, sys, urllib.request
		source = json.load(open(sys.argv[1]))["credential_source"]
		request = urllib.request.Request(source["url"] + "?" + sys.argv[2], headers=source["headers"])
		opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
		print(opener.open(request).read().decode(), end="")
	PY
}

@test "a subject token of another audience, issuer or time is refused, and never shown" {
	while IFS='|' read -r query words; do
		token "$query" >jwt
		refused 77 oidc-text 'key["credential_source"]["file"] = os.getcwd() + "/jwt"' "$words"
	done <<-'END'
		aud=other|The audience in ID Token [other] does not match
		iss=other|The issuer in ID Token does not match
		life=-10|The ID Token is expired
	END
	for text in '' $' \n' nonsense eyJ.eyJ.eyJ; do
		echo "$text" >jwt
		edit oidc-text 'key["credential_source"]["file"] = os.getcwd() + "/jwt"'
		run -77 --separate-stderr gcscat -v gs://lake/o
		[ "$(grep -c -e nonsense -e eyJ <<<"$stderr")" = 0 ]
	done
	refused 77 oidc-text 'key["credential_source"]["file"] = "/none/jwt"' 'key.json: credential_source: /none/jwt: No such file'
}

@test "a subject token is read anew for each token, with or without a line's end" {
	token '' >jwt
	echo >>jwt
	edit oidc-text 'key["credential_source"]["file"] = os.getcwd() + "/jwt"'
	ctl token ttl=4
	ctl fault gcs objects.get slow delay_ms=2500
	gcscat gs://lake/o | cmp - "$small"
	[ "$(since '"service": "google_sts", "route": "token".*"status": 200')" = 2 ]
}

@test "the URL of a subject token: its failures, and its forms" {
	refused 77 oidc-url 'key["credential_source"]["headers"]["X-Idp-Key"] = "wrong"' "credential_source: the token's URL answers HTTP 403"
	ctl fault google_sts idp status code=503 times=3
	refused 75 oidc-url '' "credential_source: the token's URL answers HTTP 503"
	refused 77 oidc-url 'key["credential_source"]["format"] = {"type": "json", "subject_token_field_name": "id_token"}' \
		'expected JSON with the token as "id_token"'
	refused 77 oidc-url-json 'key["credential_source"]["format"]["subject_token_field_name"] = "id"' 'expected JSON with the token as "id"'
	python3 -c 'import json, os; print(json.dumps({"a.b": open(os.environ["files"] + "/oidc.jwt").read()}))' >dotted
	edit oidc-json 'key["credential_source"] = {"file": os.getcwd() + "/dotted", "format": {"type": "json", "subject_token_field_name": "a.b"}}'
	gcscat gs://lake/o | cmp - "$small"
	# A machine's own service is not asked through a proxy.
	export GOOGLE_APPLICATION_CREDENTIALS=$files/oidc-url.json
	http_proxy=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1 no_proxy='' run -75 --separate-stderr gcscat gs://lake/o
	[ "$(since '"route": "idp".*"status": 200')" = 3 ]
}

@test "the session token of a temporary AWS identity is shown too, and the target is signed" {
	eval "$(
		python3 - <<-'PY'
			import json, os
			keys = json.load(open(os.environ["CLOUD_DIR"] + "/keys.json"))["temporary"]
			for name, value in keys.items():
			    print(f"AWS_{name.upper()}='{value}'")
		PY
	)"
	export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
	export GOOGLE_APPLICATION_CREDENTIALS=$files/aws.json
	gcscat gs://lake/o | cmp - "$small"
	[ "$(since 'principal": "principal://.*:user/temporary"')" = 2 ]
	[ "$(since '"target_signed": true')" = 1 ]
	AWS_SESSION_TOKEN=another run -77 --separate-stderr gcscat gs://lake/o
	one_line 'response of type InvalidClientTokenId'
}

# both ARN: the same environment opens the bucket of S3, and that of Google as an account and as the AWS identity itself.
both() {
	[ "$(s3cat s3://logs/a)" = hi ]
	GOOGLE_APPLICATION_CREDENTIALS=$files/aws-impersonated.json gcscat gs://lake/o | cmp - "$small"
	[[ $(tail -n 1 "$CLOUD_DIR/requests.log") == *'"principal": "hour@'* ]]
	GOOGLE_APPLICATION_CREDENTIALS=$files/aws.json gcscat gs://lake/o | cmp - "$small"
	[[ $(tail -n 1 "$CLOUD_DIR/requests.log") == *"subject/arn:aws:sts::123456789012:assumed-role/$1"* ]]
}

@test "one identity opens both clouds: a pod's role, a container's, a machine's, a profile's" {
	export AWS_ENDPOINT_URL_STS AWS_EC2_METADATA_SERVICE_ENDPOINT
	AWS_ENDPOINT_URL_STS=$(ctl url sts)
	AWS_EC2_METADATA_SERVICE_ENDPOINT=$(ctl url imds)
	ctl mkbucket s3://logs
	echo hi | ctl put s3://logs/a -
	printf '[default]\naws_access_key_id=%s\naws_secret_access_key=%s\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >credentials
	printf '[profile etl]\nrole_arn=arn:aws:iam::123456789012:role/loader\nsource_profile=default\n' >config
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	ctl ask sts token >token
	AWS_WEB_IDENTITY_TOKEN_FILE=$PWD/token AWS_ROLE_ARN=arn:aws:iam::123456789012:role/pod both pod/hourtools-
	AWS_EC2_METADATA_DISABLED=false both instance/
	AWS_PROFILE=etl AWS_CONFIG_FILE=$PWD/config AWS_SHARED_CREDENTIALS_FILE=$PWD/credentials both loader/
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["container"]["authorization"], end="")' "$CLOUD_DIR/keys.json" >token
	AWS_CONTAINER_CREDENTIALS_FULL_URI=$(ctl url ecs)/v1/credentials AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=$PWD/token both task/
	GOOGLE_APPLICATION_CREDENTIALS=$files/aws.json run -77 --separate-stderr gcscat gs://lake/o
	one_line "aws.json: AWS credentials: "
}

@test "no AWS region is told, and the machine's zone tells one where the file says so" {
	unset AWS_REGION
	refused 78 aws '' 'key.json: no AWS region: set AWS_REGION'
	cat >imds.py <<-'PY'
		import http.server
		class Answer(http.server.BaseHTTPRequestHandler):
		    def do_PUT(self):
		        good = self.headers["X-aws-ec2-metadata-token-ttl-seconds"] == "300"
		        self.say(200 if good else 400, b"session")
		    def do_GET(self):
		        good = self.headers["X-aws-ec2-metadata-token"] == "session"
		        self.say(200 if good else 401, b"eu-west-3c" if self.path == "/zone" else b"<html>")
		    def say(self, status, body):
		        self.send_response(status)
		        self.send_header("Content-Length", str(len(body)))
		        self.end_headers()
		        self.wfile.write(body)
		    def log_message(self, *args): pass
		server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
		print(server.server_port, flush=True)
		server.serve_forever()
	PY
	mkfifo port
	python3 imds.py >port 2>/dev/null 3>&- &
	server=$!
	read -r number <port
	refused 69 aws "key['credential_source'].update(region_url='http://127.0.0.1:$number/html', imdsv2_session_token_url='http://127.0.0.1:$number/token')" \
		"gcscat: $PWD/key.json: no AWS region: AWS_REGION is not set: 127.0.0.1:$number: an HTML page came"
	refused 77 aws "key['credential_source'].update(region_url='http://127.0.0.1:$number/zone')" 'no AWS region: AWS_REGION is not set: EC2 metadata: HTTP 401'
	edit aws "key['credential_source'].update(region_url='http://127.0.0.1:$number/zone', imdsv2_session_token_url='http://127.0.0.1:$number/token')"
	gcscat gs://lake/o | cmp - "$small"
	kill "$server"
}

@test "a file that is malformed is exit 78, with its place" {
	while IFS='|' read -r name code words; do
		refused 78 "$name" "$code" "key.json: $words" || {
			echo "$name $code"
			return 1
		}
	done <<-'END'
		user|del key["refresh_token"]|no "refresh_token"
		user|key["client_id"] = ""|no "client_id"
		user|key["quota_project_id"] = 5|"quota_project_id" is not a string
		user|key["quota_project_id"] = "a b"|quota_project_id is 'a b': expected a project
		user|key["token_uri"] = "http://oauth2.example.com/token"|"token_uri" is 'http://oauth2.example.com/token': expected an https URL
		user|key["token_uri"] = "http://127.0.0.1.example.com/token"|"token_uri" is
		user|key["token_uri"] = "http://127.0.0.1@example.com/token"|"token_uri" is
		user|key["token_uri"] = "ftp://127.0.0.1/token"|"token_uri" is
		user|key["client_secret"] = "a\nb"|"client_secret" has a control character
		impersonated-user|del key["source_credentials"]|no "source_credentials"
		impersonated-user|del key["service_account_impersonation_url"]|no "service_account_impersonation_url"
		impersonated-user|key["source_credentials"]["type"] = "none"|source_credentials: credentials of type 'none' are not supported
		impersonated-user|del key["source_credentials"]["client_id"]|source_credentials: no "client_id"
		impersonated-user|key["delegates"] = "a"|"delegates" is not an array
		impersonated-user|key["delegates"] = [5]|"delegates" holds what is not a string
		impersonated-user|for i in range(4): key = {**key, "source_credentials": key}|source_credentials: source_credentials: source_credentials: source_credentials: more than 4
		aws|key["credential_source"]["environment_id"] = "aws2"|"credential_source.environment_id" is 'aws2': expected aws1
		aws|del key["credential_source"]["regional_cred_verification_url"]|no "credential_source.regional_cred_verification_url"
		aws|key["credential_source"]["regional_cred_verification_url"] = "https://sts/a/b?c"|"regional_cred_verification_url" is no GetCallerIdentity
		aws|key["credential_source"]["file"] = "x"|"credential_source" has more than one of
		aws|key["token_url"] = "http://sts.googleapis.com/v1/token"|"token_url" is
		oidc-text|key["credential_source"] = {}|"credential_source" has none of
		oidc-text|key["credential_source"] = {"executable": {"command": "secret"}}|"credential_source.executable" is not supported: no program is run for a token
		oidc-text|key["credential_source"] = {"certificate": {}}|"credential_source.certificate" is not supported
		oidc-text|del key["audience"]|no "audience"
		oidc-text|del key["subject_token_type"]|no "subject_token_type"
		oidc-text|key["workforce_pool_user_project"] = "p"|"workforce_pool_user_project" goes with
		oidc-json|key["credential_source"]["format"]["type"] = "xml"|"credential_source.format.type" is 'xml'
		oidc-json|del key["credential_source"]["format"]["subject_token_field_name"]|no "credential_source.format.subject_token_field_name"
		oidc-url|key["credential_source"]["url"] = "http://idp.example.com/"|"credential_source.url" is
		oidc-url|key["credential_source"]["headers"] = 5|"credential_source.headers" is not an object
		oidc-url|key["credential_source"]["headers"] = {"a": "b\r\nc: d"}|"credential_source.headers" holds what is no header
		oidc-impersonated|key["service_account_impersonation"]["token_lifetime_seconds"] = 60|"service_account_impersonation.token_lifetime_seconds": expected 600 to 43200
		service|key["private_key"] = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"|the private key is not an unencrypted RSA key
	END
	[ "$(since .)" = 0 ]
}

@test "a clock that is an hour off: the service's is taken, once" {
	export GOOGLE_APPLICATION_CREDENTIALS=$files/service.json
	for off in 5400 -5400; do
		ctl token clock_s=$off
		gcscat gs://lake/o | cmp - "$small"
	done
	[ "$(since '"service": "oauth", "route": "token".*"status": 400')" = 2 ]
	[ "$(since '"service": "oauth", "route": "token".*"status": 200')" = 2 ]
	# As badtoken the refusal stays, with the Date of this machine: nothing is tried again.
	ctl token clock_s=0
	ctl fault oauth token badtoken times=always
	run -77 --separate-stderr gcscat gs://lake/o
	one_line 'Invalid JWT: Token must be a short-lived token'
	ctl clearfaults
	# The first refusal tells the time; when the second still blames it, so do we.
	ctl token clock_s=-7200
	ctl fault oauth token badtoken skip=1
	run -77 --separate-stderr gcscat gs://lake/o
	[[ $stderr == *': the clock of this machine is 7'[12]??' seconds ahead: set it' ]]
}

@test "an AWS identity is proved by Google's clock when ours is off" {
	export GOOGLE_APPLICATION_CREDENTIALS=$files/aws.json
	ctl set google_sts clock_s=3600
	gcscat gs://lake/o | cmp - "$small"
	[ "$(since '"service": "google_sts".*"status": 400')" = 1 ]
}

@test "a renewal that fails while the old token lives is warned about once" {
	export GOOGLE_APPLICATION_CREDENTIALS=$files/service.json
	ctl token ttl=20 # renewed after 10 s, unless refused
	ctl fault gcs objects.get slow delay_ms=11000
	ctl fault gcs objects.download slow delay_ms=3500 times=2
	ctl fault oauth token status code=503 times=always skip=1
	run -0 --separate-stderr gcscat -j 1 gs://lake/o gs://lake/o gs://lake/o
	[ "${#stderr_lines[@]}" = 1 ]
	[[ $stderr == *"/token: HTTP 503"*"; going on with the token at hand for "*" s" ]]
	[ "$(since '"service": "oauth", "route": "token".*"status": 503')" -ge 6 ] # tried twice, three times each
}

@test "universe domain: the file's, the environment's, the machine's; never one's token to another" {
	GOOGLE_CLOUD_UNIVERSE_DOMAIN=example.test GOOGLE_APPLICATION_CREDENTIALS=$files/service.json run -78 --separate-stderr gcscat gs://lake/o
	one_line "service.json: the credentials are of universe domain googleapis.com, and GOOGLE_CLOUD_UNIVERSE_DOMAIN is example.test"
	refused 78 service 'key["universe_domain"] = "a/b"' "universe_domain is 'a/b': expected a domain"
	# Elsewhere the account's key makes the token itself: nobody is asked for one.
	edit service 'key["universe_domain"] = "example.test"'
	GOOGLE_CLOUD_UNIVERSE_DOMAIN=example.test gcscat gs://lake/o | cmp - "$small"
	[ "$(since '"service": "oauth"')" = 0 ]
	[ "$(since 'principal": "loader@')" = 2 ]
	run -75 --separate-stderr env -u STORAGE_EMULATOR_HOST HTTPS_PROXY=http://127.0.0.1:1 gcscat gs://lake/o
	one_line '127.0.0.1'
	unset GOOGLE_APPLICATION_CREDENTIALS
	ctl set metadata universe=example.test
	run -78 --separate-stderr gcscat gs://lake/o
	one_line 'metadata server: this machine is of universe domain example.test, not googleapis.com: set GOOGLE_CLOUD_UNIVERSE_DOMAIN'
	GOOGLE_CLOUD_UNIVERSE_DOMAIN=example.test gcscat gs://lake/o | cmp - "$small"
}

@test "token services that fail for a while are asked again, those that stay down are exit 75" {
	while read -r name service route; do
		export GOOGLE_APPLICATION_CREDENTIALS=$files/$name.json
		for fault in 'reset when=before' 'status code=503' 'after code=500' 'cut bytes=10'; do
			# shellcheck disable=SC2086 # words of a fault script
			ctl fault "$service" "$route" $fault
			gcscat gs://lake/o | cmp - "$small"
		done
		ctl fault "$service" "$route" status code=503 times=always
		run -75 --separate-stderr gcscat gs://lake/o
		one_line 'HTTP 503'
		ctl clearfaults
	done <<-'END'
		user oauth token
		aws google_sts token
		workforce-user google_sts oauthtoken
		impersonated-user iamcredentials generateAccessToken
		oidc-impersonated iamcredentials generateAccessToken
	END
}

# certificates: an authority made now, and its certificate for this machine.
certificates() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca -days 2 -subj /CN=test-ca 2>openssl.log
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out request -subj /CN=127.0.0.1 2>>openssl.log
	openssl x509 -req -in request -CA ca -CAkey ca.key -CAcreateserial -days 2 -out cert \
		-extfile <(echo subjectAltName=IP:127.0.0.1) 2>>openssl.log
}

# tls URL: that service behind TLS; its port in $number, its process in $server.
tls() {
	rm -f port
	mkfifo port
	python3 "$BATS_TEST_DIRNAME/gcs/tls.py" "${1#http://}" cert key >port 2>/dev/null 3>&- &
	server=$!
	read -r number <port
}

@test "over TLS the endpoints' certificates must be trusted" {
	certificates
	while read -r name field; do
		tls "$(python3 -c 'import json, sys; print("/".join(json.load(open(sys.argv[1]))[sys.argv[2]].split("/")[:3]))' "$files/$name.json" "$field")"
		edit "$name" "key['$field'] = 'https://127.0.0.1:$number/' + key['$field'].split('/', 3)[3]"
		run -77 --separate-stderr gcscat gs://lake/o
		one_line "127.0.0.1:$number: SSL certificate problem"
		SSL_CERT_FILE=$PWD/ca gcscat gs://lake/o | cmp - "$small"
		kill "$server"
	done <<-'END'
		user token_uri
		aws token_url
		workforce-user token_url
		impersonated-user service_account_impersonation_url
	END
}

@test "a refresh token that is replaced is used from then on" {
	export GOOGLE_APPLICATION_CREDENTIALS=$files/workforce-user.json
	ctl set google_sts rotate=on
	ctl token ttl=4
	ctl fault gcs objects.get slow delay_ms=2500
	gcscat gs://lake/o | cmp - "$small"
	[ "$(since '"route": "oauthtoken".*"status": 200')" = 2 ]
	run -77 --separate-stderr gcscat gs://lake/o # the file's is of the past
	one_line 'The refresh token is invalid or expired'
	ctl set google_sts rotate=off
	gcscat gs://lake/o | cmp - "$small"
}

@test "nothing secret is shown: not on stdout, not on stderr with -v, not in the request log" {
	for name in service user impersonated-chain impersonated-delegates aws aws-impersonated oidc-text oidc-url-json \
		saml workforce workforce-client workforce-user; do
		export GOOGLE_APPLICATION_CREDENTIALS=$files/$name.json
		gcscat -v gs://lake/o >>shown 2>&1
		for service in oauth google_sts iamcredentials; do
			for fault in 'status code=400' 'status code=503' 'cut bytes=40' 'flip at=3' badtoken; do
				# shellcheck disable=SC2086 # words of a fault script
				ctl fault $service '*' $fault times=4
				gcscat -v gs://lake/o >>shown 2>&1 || :
				ctl clearfaults
			done
		done
	done
	log >>shown
	python3 - "$CLOUD_DIR" >secrets <<-'PY'
		import json, sys, pathlib
		folder = pathlib.Path(sys.argv[1])
		keys = json.loads((folder / "keys.json").read_text())
		for name in ("google_user", "google_workforce"):
		    print(keys[name]["client_secret"], keys[name]["refresh_token"], sep="\n")
		print(keys["google_idp"], keys["google_saml"], keys["permanent"]["secret_access_key"], sep="\n")
		print(*(folder / "google" / "oidc.jwt").read_text().split("."), sep="\n")
		print(*[line for line in keys["google"]["private_key"].split("\n") if line], sep="\n")
		print("ya29.", "eyJ", "Bearer", "Basic ", "Signature=", "assertion=", "subject_token=", sep="\n")
	PY
	grep -qaFf secrets "$files/user.json" # as they are there to be seen
	run -1 grep -aFf secrets shown
	[ "$(grep -c 'Google credentials: ' shown)" -ge 150 ]
}
