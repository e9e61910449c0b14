# Where AWS credentials come from: each place, their order, and what is wrong with them.
bats_require_minimum_version 1.5.0
load aws/setup

@test "the environment's keys go first, also before AWS_PROFILE, and -v says so" {
	echo '[profile other]' >config
	export AWS_ACCESS_KEY_ID=$own_id AWS_SECRET_ACCESS_KEY=$own_secret
	reads user/permanent 'the environment'
	AWS_PROFILE=other reads user/permanent 'the environment, which goes before AWS_PROFILE'
	AWS_ACCESS_KEY_ID=$(key temporary access_key_id)
	AWS_SECRET_ACCESS_KEY=$(key temporary secret_access_key)
	AWS_SESSION_TOKEN=$(key temporary session_token)
	export AWS_SESSION_TOKEN
	reads user/temporary 'the environment'
}

@test "a pod's web identity assumes its role, and goes before the profile" {
	ctl ask sts token >token
	export AWS_WEB_IDENTITY_TOKEN_FILE=$PWD/token AWS_ROLE_ARN=$role/pod
	reads 'assumed-role/pod/hourtools-*' "web identity ($role/pod)"
	AWS_ROLE_SESSION_NAME=hour=7 reads assumed-role/pod/hour=7 "web identity ($role/pod)"
	[ "$(since '"action": "AssumeRoleWithWebIdentity"')" = 2 ]
}

@test "what is wrong with a web identity is told in STS's words, or before STS is asked" {
	export AWS_WEB_IDENTITY_TOKEN_FILE=$PWD/token AWS_ROLE_ARN=$role/pod
	fails 77 "the web identity token: $PWD/token: No such file"
	: >token
	fails 77 "$PWD/token is empty, expected a token"
	AWS_ROLE_ARN='' fails 77 'AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN'
	[ "$(since '"service": "sts"')" = 0 ]
	ctl ask sts token life=-60 >token
	fails 77 "role $role/pod: STS refuses: Token expired: *ExpiredTokenException, HTTP 400"
	ctl ask sts token aud=other >token
	fails 77 'STS refuses: Incorrect token audience (InvalidIdentityToken, HTTP 400'
	ctl ask sts token sub=system:serviceaccount:default:other >token
	fails 77 'STS refuses: Not authorized to perform sts:AssumeRoleWithWebIdentity (AccessDenied, HTTP 403'
	ctl ask sts token | sed 's/.....$/AAAAA/' >token
	fails 77 'InvalidIdentityToken, HTTP 400'
	ctl ask sts token >token
	AWS_ROLE_ARN=$role/closed fails 77 "role $role/closed: STS refuses: Not authorized"
	AWS_ROLE_ARN=pod fails 78 'STS refuses: pod is invalid (ValidationError, HTTP 400'
	AWS_ROLE_SESSION_NAME='a b' fails 78 'ValidationError, HTTP 400'
}

@test "a profile may hold the web identity itself" {
	ctl ask sts token >token
	printf '[profile pod]\nrole_arn = %s\nweb_identity_token_file = %s\nrole_session_name = me\n' "$role/pod" "$PWD/token" >config
	AWS_PROFILE=pod reads assumed-role/pod/me "profile 'pod' (web identity ($role/pod))"
	printf '[profile pod]\nweb_identity_token_file = %s\n' "$PWD/token" >config
	AWS_PROFILE=pod fails 78 "profile 'pod': web_identity_token_file has no role_arn"
}

@test "a profile assumes a role by the keys of another, with what it sends along" {
	cat >config <<-.
		[profile l]
		role_arn = $role/loader
		source_profile = default
		[profile named]
		role_arn = $role/partner
		source_profile = default
		role_session_name = hour@7
		external_id = partner-42
		duration_seconds = 900
		[profile stranger]
		role_arn = $role/partner
		source_profile = default
		external_id = partner-43
		[profile long]
		role_arn = $role/brief
		source_profile = default
		duration_seconds = 7200
	.
	AWS_PROFILE=l reads 'assumed-role/loader/hourtools-*' "profile 'l' ($role/loader by $PWD/credentials)"
	AWS_PROFILE=named reads assumed-role/partner/hour@7 "profile 'named' *"
	AWS_PROFILE=stranger fails 77 "profile 'stranger': role $role/partner: STS refuses: User: *user/permanent is not authorized"
	AWS_PROFILE=long fails 78 "exceeds the MaxSessionDuration set for this role. (ValidationError, HTTP 400"
}

@test "roles chain through profiles, and their loops are refused by name" {
	cat >config <<-.
		[default]
		region = eu-west-1
		[profile reader]
		role_arn = $role/reader
		source_profile = loader
		[profile loader]
		role_arn = $role/loader
		source_profile = default
		[profile a]
		role_arn = $role/a
		source_profile = b
		[profile b]
		role_arn = $role/b
		source_profile = c
		[profile c]
		role_arn = $role/c
		source_profile = b
		[profile self]
		role_arn = $role/self
		source_profile = self
		[profile lost]
		role_arn = $role/reader
		source_profile = nobody
		[profile poor]
		role_arn = $role/reader
		source_profile = empty
		[profile empty]
		region = eu-west-1
	.
	AWS_PROFILE=reader reads 'assumed-role/reader/*' "profile 'reader' ($role/reader by $role/loader by $PWD/credentials)"
	[ "$(since '"action": "AssumeRole"')" = 2 ]
	AWS_PROFILE=a fails 78 "source_profile leads back to where it was: 'b', of 'c', of 'b'"
	AWS_PROFILE=self fails 78 "leads back to where it was: 'self', of 'self'"
	AWS_PROFILE=lost fails 78 "profile 'lost' names source_profile 'nobody', which is neither in $PWD/credentials nor in $PWD/config"
	AWS_PROFILE=poor fails 77 "profile 'empty': it has no credentials"
	# Its own keys; and those of a source_profile go before its role.
	printf '[self]\naws_access_key_id=%s\naws_secret_access_key=%s\nrole_arn=%s\nsource_profile=self\n' \
		"$own_id" "$own_secret" "$role/loader" >>credentials
	AWS_PROFILE=self reads 'assumed-role/loader/*' "profile 'self' ($role/loader by $PWD/credentials)"
	printf '[profile by]\nrole_arn = %s\nsource_profile = self\n' "$role/loader" >>config
	AWS_PROFILE=by reads 'assumed-role/loader/*' "profile 'by' ($role/loader by $PWD/credentials)"
}

@test "credential_source takes the environment, the instance or the container" {
	cat >config <<-.
		[profile e]
		role_arn = $role/loader
		credential_source = Environment
		[profile i]
		role_arn = $role/loader
		credential_source = Ec2InstanceMetadata
		[profile c]
		role_arn = $role/loader
		credential_source = EcsContainer
		[profile wrong]
		role_arn = $role/loader
		credential_source = Environ
		[profile both]
		role_arn = $role/loader
		credential_source = Environment
		source_profile = default
		[profile neither]
		role_arn = $role/loader
		[profile mfa]
		role_arn = $role/loader
		source_profile = default
		mfa_serial = arn:aws:iam::123456789012:mfa/me
		[profile soon]
		role_arn = $role/loader
		source_profile = default
		duration_seconds = 1h
	.
	AWS_PROFILE=i AWS_EC2_METADATA_DISABLED=false AWS_EC2_METADATA_SERVICE_ENDPOINT=$imds \
		reads 'assumed-role/loader/*' "profile 'i' ($role/loader by the instance metadata service (role instance))"
	AWS_CONTAINER_AUTHORIZATION_TOKEN=$(key container authorization) AWS_PROFILE=c \
	AWS_CONTAINER_CREDENTIALS_FULL_URI=$ecs/v1/credentials reads 'assumed-role/loader/*' "profile 'c' *by the container*"
	AWS_PROFILE=e fails 77 "profile 'e': credential_source Environment has none: looked in the environment"
	AWS_PROFILE=c fails 77 'credential_source EcsContainer has none: looked in *not set)'
	AWS_PROFILE=i fails 77 'credential_source Ec2InstanceMetadata has none: looked in *AWS_EC2_METADATA_DISABLED'
	AWS_PROFILE=wrong fails 78 "credential_source is 'Environ', expected Environment, Ec2InstanceMetadata or EcsContainer"
	AWS_PROFILE=both fails 78 "profile 'both': role_arn has both source_profile and credential_source"
	AWS_PROFILE=neither fails 78 'role_arn has neither source_profile nor credential_source'
	AWS_PROFILE=mfa fails 78 "profile 'mfa': mfa_serial asks for a code"
	AWS_PROFILE=soon fails 78 "duration_seconds is '1h', expected a number"
}

@test "of several ways in one profile the SDKs' first is taken" {
	keys_of() {
		ctl ask sts grant "arn=arn:aws:iam::123456789012:user/$1" | python3 -c 'import json, sys
k = json.load(sys.stdin)
for name, field in ("access_key_id", "AccessKeyId"), ("secret_access_key", "SecretAccessKey"), ("session_token", "Token"):
    print(f"aws_{name} = {k[field]}")'
	}
	ctl ask sts grant arn=arn:aws:iam::123456789012:user/process | sed 's/"Token"/"Version": 1, "SessionToken"/' >keys.json
	printf '[profile p]\n%s\n' "$(keys_of config)" >config
	AWS_PROFILE=p reads user/config "profile 'p' ($PWD/config)"
	echo "credential_process = cat $PWD/keys.json" >>config
	AWS_PROFILE=p reads user/process "profile 'p' (its credential_process)"
	printf '[p]\n%s\n' "$(keys_of credentials)" >>credentials
	AWS_PROFILE=p reads user/credentials "profile 'p' ($PWD/credentials)"
	printf 'role_arn = %s\nsource_profile = default\n' "$role/loader" >>config
	AWS_PROFILE=p reads 'assumed-role/loader/*' "profile 'p' ($role/loader by *)"
}

@test "a malformed shared file is named with its line, which is not quoted" {
	printf '[default]\naws_access_key_id = x\nSeCrEt\n' >credentials
	fails 78 "$PWD/credentials:3: expected 'name = value'"
	[[ $stderr != *SeCrEt* ]]
	printf '[profile p\nSeCrEt\n' >config
	AWS_PROFILE=p fails 78 "$PWD/config:1: expected '*section*'"
	: >config
	printf '\xef\xbb\xbf# keys\r\nSeCrEt = x\r\n[default]\r\n' >credentials
	fails 78 "$PWD/credentials:2: expected '*section*'"
	[[ $stderr != *SeCrEt* ]]
	: >credentials
	: >config
	AWS_PROFILE=p fails 77 "AWS_PROFILE names 'p', which is neither in $PWD/credentials nor in $PWD/config"
	fails 77 "no AWS credentials: looked in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), profile 'default' in $PWD/credentials and $PWD/config, the container's *not set), not the instance metadata service (AWS_EC2_METADATA_DISABLED)"
}

@test "a shared file as an editor of Windows writes it is read" {
	printf '\xef\xbb\xbf[default]\r\naws_access_key_id = %s\r\naws_secret_access_key = %s\r\n' \
		"$own_id" "$own_secret" >credentials
	reads '*' "profile 'default' ($PWD/credentials)"
}

@test "STS that throttles, fails or has another clock is asked again; other refusals are told" {
	printf '[profile l]\nrole_arn = %s\nsource_profile = default\n' "$role/loader" >config
	export AWS_PROFILE=l
	ctl fault sts call status code=503 times=1
	ctl fault sts call status code=429 times=1
	reads 'assumed-role/loader/*' '*'
	ctl clearfaults
	for off in 3600 -3600; do
		ctl set sts clock_s="$off"
		ctl set s3 clock_s="$off"
		reads 'assumed-role/loader/*' '*'
	done
	ctl set sts clock_s=0
	ctl set s3 clock_s=0
	ctl fault sts call status code=500 times=9
	fails 75 "profile 'l': role $role/loader: STS refuses: *InternalFailure, HTTP 500"
	ctl clearfaults
	printf '[default]\naws_access_key_id = AKIAXXXX\naws_secret_access_key = x\n' >credentials
	fails 77 'STS refuses: the access key does not exist (InvalidClientTokenId, HTTP 403'
	printf '[default]\naws_access_key_id = %s\naws_secret_access_key = SeCrEtx\n' "$own_id" >credentials
	fails 77 "STS refuses: the secret key does not fit the access key, or this machine's clock is wrong (SignatureDoesNotMatch, HTTP 403"
	# STS quotes what it signed, the session token in it.
	printf '[default]\naws_access_key_id = %s\naws_secret_access_key = SeCrEtx\naws_session_token = %s\n' \
		"$(key temporary access_key_id)" "$(key temporary session_token)" >credentials
	fails 77 'STS refuses: the secret key does not fit'
	AWS_ENDPOINT_URL_STS=http://127.0.0.1:1 AWS_MAX_ATTEMPTS=1 fails 75 "role $role/loader: 127.0.0.1:1: "
	AWS_ENDPOINT_URL_STS=sts fails 64 'the STS endpoint is not of the form http(s)://host'
}

@test "STS is that of the region, the global one without a region, or as the settings say" {
	printf '[profile l]\nrole_arn = %s\nsource_profile = default\nregion = eu-central-1\n' "$role/loader" >config
	export AWS_PROFILE=l HTTPS_PROXY=http://127.0.0.1:1 AWS_MAX_ATTEMPTS=1
	unset AWS_ENDPOINT_URL_STS AWS_REGION
	fails 75 "role $role/loader: sts.eu-central-1.amazonaws.com: "
	AWS_REGION=cn-north-1 fails 75 ': sts.cn-north-1.amazonaws.com.cn: '
	AWS_REGION=eusc-de-east-1 fails 75 ': sts.eusc-de-east-1.amazonaws.eu: '
	AWS_STS_REGIONAL_ENDPOINTS=legacy fails 75 ': sts.amazonaws.com: '
	AWS_STS_REGIONAL_ENDPOINTS=legacy AWS_REGION=ap-east-1 fails 75 ': sts.ap-east-1.amazonaws.com: '
	AWS_USE_FIPS_ENDPOINT=true AWS_REGION=us-east-2 fails 75 ': sts-fips.us-east-2.amazonaws.com: '
	AWS_REGION=evil/x fails 64 "region 'evil/x': expected a name such as us-east-1"
	printf '[profile l]\nrole_arn = %s\nsource_profile = default\n' "$role/loader" >config
	fails 75 ': sts.amazonaws.com: '
	# The global one has no FIPS endpoint.
	AWS_USE_FIPS_ENDPOINT=True fails 75 ': sts-fips.us-east-1.amazonaws.com: '
}

@test "a session token that S3 says has expired is replaced once, in the midst of a transfer" {
	printf '[profile l]\nrole_arn = %s\nsource_profile = default\n' "$role/loader" >config
	export AWS_PROFILE=l
	ctl fault s3 GetObject badtoken times=1
	reads 'assumed-role/loader/*' '*'
	[ "$(since '"action": "AssumeRole"')" = 2 ]
	ctl fault s3 GetObject badtoken times=9
	run -77 --separate-stderr s3cat_v
	[[ $stderr == *"s3://logs/a: the session token has expired (ExpiredToken, HTTP 400"* ]]
	[ "$(since '"action": "AssumeRole"')" = 4 ]
}

@test "nothing that was told or logged holds a secret" {
	keeps_secrets
}
