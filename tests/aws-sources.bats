# AWS credentials from commands, logins, containers and instances.
bats_require_minimum_version 1.5.0
load aws/setup

@test "credential_process is run without a shell, and its standard error passes" {
	ctl ask sts grant arn=arn:aws:iam::123456789012:user/process | sed 's/"Token"/"Version": 1, "SessionToken"/' >keys.json
	cat >'my tool' <<-'.'
		#!/bin/sh
		printf '<%s>' "$@" >&2
		echo >&2
		cat keys.json
	.
	chmod +x 'my tool'
	cat >config <<-.
		[profile p]
		credential_process = "$PWD/my tool" --name 'two words' \\\$HOME "a\"b" ; >none
	.
	AWS_PROFILE=p run -0 --separate-stderr s3cat_v
	[ "${stderr_lines[0]}" = '<--name><two words><$HOME><a"b><;><>none>' ]
	[ "${stderr_lines[1]}" = "s3cat: AWS credentials from profile 'p' (its credential_process)" ]
	[ ! -e none ]
}

@test "a credential_process that fails, or prints something else, is told" {
	process() {
		printf '[profile p]\ncredential_process = %s\n' "$1" >config
	}
	export AWS_PROFILE=p
	printf '#!/bin/sh\nexit 3\n' >three
	printf '#!/bin/sh\nkill -9 $$\n' >killed
	chmod +x three killed
	process ./three
	fails 77 "profile 'p': credential_process ./three: ended with exit code 3, expected 0"
	process ./killed
	fails 77 'was ended by signal 9'
	process /none/such
	fails 78 'credential_process /none/such: can'*'t be started: No such file'
	process "'open"
	fails 78 'credential_process has a quote that is not closed'
	process 'echo SeCrEt'
	fails 69 'credential_process echo: its output is not JSON'
	process 'echo {"Version":2}'
	fails 69 'its output is not JSON'
	process "echo '{\"Version\":2,\"AccessKeyId\":\"SeCrEt\"}'"
	fails 69 'its output has no "Version": 1'
	process "echo '{\"Version\":1,\"AccessKeyId\":\"SeCrEt\"}'"
	fails 69 'its output has no SecretAccessKey'
	process "echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"SeCrEt\",\"Expiration\":\"soon\"}'"
	fails 69 'its output has an expiration that is no time'
	process "echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"SeCrEt\",\"Expiration\":\"2020-01-01T00:00:00Z\"}'"
	fails 77 "AWS credentials from profile 'p' (its credential_process) ended at 2020-01-01T00:00:00Z"
	process yes
	fails 69 'credential_process yes: prints more than is read'
}

# login NAME SECONDS [TOKEN]: as "aws sso login" leaves it, for the session or start URL NAME.
login() {
	mkdir -p .aws/sso/cache
	printf '{"startUrl": "https://my.awsapps.com/start", "region": "eu-west-1", "accessToken": "%s", "expiresAt": "%s"}' \
		"${3-$(key sso access_token)}" "$(date -u -d "$2 seconds" +%Y-%m-%dT%H:%M:%SZ)" \
		>".aws/sso/cache/$(printf %s "$1" | sha1sum | cut -d ' ' -f 1).json"
}

sso_config() {
	cat >config <<-.
		[sso-session corp]
		sso_start_url = https://my.awsapps.com/start
		sso_region = eu-west-1
		sso_registration_scopes = sso:account:access
		[profile dev]
		sso_session = corp
		sso_account_id = 123456789012
		sso_role_name = sso-loader
		[profile legacy]
		sso_start_url = https://my.awsapps.com/start
		sso_region = eu-west-1
		sso_account_id = 123456789012
		sso_role_name = sso-loader
		[profile role]
		role_arn = $role/loader
		source_profile = dev
		[profile admin]
		sso_session = corp
		sso_account_id = 123456789012
		sso_role_name = admin
		[profile differs]
		sso_session = corp
		sso_region = us-east-1
		sso_account_id = 123456789012
		sso_role_name = sso-loader
		[profile lost]
		sso_session = none
		sso_account_id = 123456789012
		sso_role_name = sso-loader
		[profile half]
		sso_session = corp
		sso_account_id = 123456789012
	.
}

@test "IAM Identity Center gives keys by a login's token, by session and by start URL" {
	sso_config
	login corp 3600
	AWS_PROFILE=dev reads assumed-role/sso-loader/person "profile 'dev' (IAM Identity Center)"
	AWS_PROFILE=role reads 'assumed-role/loader/*' "profile 'role' ($role/loader by IAM Identity Center)"
	AWS_PROFILE=legacy fails 77 "profile 'legacy': not logged in to IAM Identity Center: run \`aws sso login --profile legacy\`"
	login https://my.awsapps.com/start 3600
	AWS_PROFILE=legacy reads assumed-role/sso-loader/person "profile 'legacy' (IAM Identity Center)"
	sed -i 's/Z"/UTC"/' .aws/sso/cache/*
	AWS_PROFILE=legacy reads assumed-role/sso-loader/person '*'
}

@test "a login that is not there, has expired or is refused is told with the command to run" {
	sso_config
	export AWS_PROFILE=dev
	fails 77 "profile 'dev': not logged in to IAM Identity Center: run \`aws sso login --profile dev\`"
	login corp -60
	fails 77 'the login to IAM Identity Center has expired: run `aws sso login --profile dev`'
	login corp 3600 SeCrEt
	fails 77 'IAM Identity Center refuses the login: run `aws sso login --profile dev`'
	login corp 3600
	AWS_PROFILE=admin fails 77 "profile 'admin': IAM Identity Center refuses: No access (HTTP 404)"
	AWS_PROFILE=differs fails 78 "profile 'differs': sso_region is not that of sso-session 'corp'"
	AWS_PROFILE=lost fails 78 "$PWD/config has no [[]sso-session none], which sso_session names"
	AWS_PROFILE=half fails 78 "profile 'half': sso_role_name is missing"
	echo SeCrEt >".aws/sso/cache/$(printf corp | sha1sum | cut -d ' ' -f 1).json"
	fails 78 ".json is no token of IAM Identity Center"
	[[ $stderr != *SeCrEt* ]]
}

@test "a container's agent is shown its token, which is read anew from its file" {
	: >credentials
	export AWS_CONTAINER_CREDENTIALS_FULL_URI=$ecs/v1/credentials AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=$PWD/token
	export http_proxy=http://127.0.0.1:1 NO_PROXY=localhost AWS_ENDPOINT_URL_S3=${AWS_ENDPOINT_URL_S3/127.0.0.1/localhost}
	fails 77 "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: $PWD/token: No such file"
	key container authorization >token
	fails 77 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE holds a line break, which no header value may'
	printf %s "$(key container authorization)" >token
	reads assumed-role/task/container 'the container (AWS_CONTAINER_CREDENTIALS_FULL_URI)'
	printf other >token
	fails 77 "the container's AWS credentials: HTTP 403"
	unset AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
	fails 77 "the container's AWS credentials: HTTP 401"
	AWS_CONTAINER_CREDENTIALS_FULL_URI=$ecs/v2/credentials/$(key container id) \
		reads assumed-role/task/container 'the container*'
	ctl fault ecs task status code=503 times=1
	AWS_CONTAINER_CREDENTIALS_FULL_URI=$ecs/v2/credentials/$(key container id) \
		reads assumed-role/task/container 'the container*'
}

@test "a container's agent is not asked across a network in the clear" {
	: >credentials
	for url in http://example.com/x http://127.0.0.1.example.com/x http://1270.0.0.1.evil/ http://127.0.0.1@example.com/ \
		http://169.254.170.3/ http://localhost.example.com/ 'http://[::2]/' http://10.0.0.1/; do
		AWS_CONTAINER_CREDENTIALS_FULL_URI=$url fails 64 'leads to another machine without TLS'
	done
	AWS_CONTAINER_CREDENTIALS_FULL_URI=ftp://127.0.0.1/ fails 64 'not of the form http(s)://host'
	AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=@example.com/x fails 64 "does not begin with '/'"
	export AWS_MAX_ATTEMPTS=1
	for url in http://localhost:1/x http://127.0.0.2:1/x 'http://[::1]:1/x' https://127.0.0.1:1/x; do
		AWS_CONTAINER_CREDENTIALS_FULL_URI=$url fails 75 "the container's AWS credentials: "
	done
}

# on_instance: an instance's metadata service may be asked.
on_instance() {
	: >credentials
	export AWS_EC2_METADATA_DISABLED=false AWS_EC2_METADATA_SERVICE_ENDPOINT=$imds
}

@test "an instance's role is found by a session of its metadata service, through no proxy" {
	on_instance
	AWS_ENDPOINT_URL_S3=${AWS_ENDPOINT_URL_S3/127.0.0.1/localhost} NO_PROXY=localhost http_proxy=http://127.0.0.1:1 \
		reads assumed-role/instance/i-0123456789abcdef0 'the instance metadata service (role instance)'
	ctl fault imds token status code=503 times=1
	ctl fault imds credentials status code=500 times=2
	reads assumed-role/instance/i-0123456789abcdef0 '*'
	ctl fault imds token status code=503 times=9
	fails 77 'the instance metadata service (the instance metadata service answers HTTP 503)'
	[ "$(since '"service": "imds", "route": "token"')" = 6 ]
	ctl clearfaults
	ctl set imds role=none
	fails 77 'the instance metadata service (this instance has no role)'
	AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=ipv5 fails 64 "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is 'ipv5', expected IPv4 or IPv6"
	AWS_METADATA_SERVICE_TIMEOUT=0 fails 64 "AWS_METADATA_SERVICE_TIMEOUT is '0', expected 1 to 60"
	AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1 fails 77 'the instance metadata service (127.0.0.1:1: '
}

@test "version 1 of the metadata service is used only where it is allowed" {
	on_instance
	ctl set imds v1=on v2=off
	fails 77 '(no token: HTTP 405; version 1 is used only with AWS_EC2_METADATA_V1_DISABLED=false)'
	[ "$(since '"route": "(role|credentials)"')" = 0 ]
	AWS_EC2_METADATA_V1_DISABLED=true fails 77 'no token: HTTP 405'
	AWS_EC2_METADATA_V1_DISABLED=false reads assumed-role/instance/i-0123456789abcdef0 '*'
}

@test "keys that the metadata service could not renew in time are tried, with a warning" {
	on_instance
	ctl set imds stale=60
	run -0 --separate-stderr s3cat_v
	[ "$output" = hi ]
	[[ $stderr == *'gives AWS credentials that have expired: they are tried for 10 minutes'* ]]
}

@test "nothing that was told or logged holds a secret" {
	keeps_secrets
}
