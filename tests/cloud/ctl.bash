# For tests ("load cloud/ctl"): ctl as the program beside this file. What tests ask for most goes to the control port
# without starting Python: fault, clearfaults, mkbucket, set, token.

# ctl_send METHOD PATH BODY: a request to the control port; what it refuses is told and fails.
ctl_send() {
	local at=${CLOUD_CONTROL#http://} port status answer
	exec {port}<>"/dev/tcp/${at%:*}/${at##*:}"
	printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' "$1" "$2" "$at" "${#3}" "$3" >&"$port"
	read -r _ status _ <&"$port"
	IFS= read -r -d '' answer <&"$port" || :
	exec {port}>&-
	[ "$status" = 200 ] || {
		echo "ctl: ${answer#*$'\r\n\r\n'}" >&2
		return 1
	}
}

# ctl_settings WORD=VALUE …: as a JSON object.
ctl_settings() {
	local word comma=
	for word; do
		[[ $word == *=* && $word != *[\"\\]* ]] || {
			echo "ctl: '$word': expected SETTING=VALUE" >&2
			return 64
		}
		printf '%s"%s": "%s"' "$comma" "${word%%=*}" "${word#*=}"
		comma=', '
	done
}

# ctl_command SERVICE NAME WORD=VALUE …
ctl_command() {
	local settings
	settings=$(ctl_settings "${@:3}") || return
	ctl_send POST /command "{\"service\": \"$1\", \"name\": \"$2\", \"args\": {$settings}}"
}

ctl() {
	local settings
	case $1 in
	clearfaults) ctl_send DELETE /faults '' ;;
	fault)
		settings=$(ctl_settings "${@:5}") || return
		ctl_send POST /faults "{\"service\": \"$2\", \"route\": \"$3\", \"kind\": \"$4\", \"options\": {$settings}}"
		;;
	mkbucket)
		case $2 in
		s3://*) ctl_command s3 mkbucket "bucket=${2#s3://}" "${@:3}" ;;
		gs://*) ctl_command gcs mkbucket "bucket=${2#gs://}" "${@:3}" ;;
		esac
		;;
	set) ctl_command "$2" set "${@:3}" ;;
	token) ctl_command oauth set "${@:2}" ;;
	*) "${BASH_SOURCE[0]%.bash}" "$@" ;;
	esac
}
