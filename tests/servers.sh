# shellcheck shell=bash
# shellcheck disable=SC2034 # the ports are for the script
# Servers of the tests' own, on this computer. A script sources it after lib.sh. They end with the script.
: "${dir:?}"
servers=()
end_servers() {
	local pid
	for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null; done
	end_agents
	rm -rf "$dir"
}
trap end_servers EXIT

# The file is there: a server has written its port. Prints it.
port_in() { # FILE
	for _ in $(seq 100); do [ -s "$1" ] && break; sleep 0.1; done
	cat "$1"
}

certificate() { # NAME OPENSSL-ARGUMENT...: $dir/NAME.pem, $dir/NAME.key
	local name=$1
	shift
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$dir/$name.key" -out "$dir/$name.pem" -subj "/CN=$name" "$@" 2>>"$dir/openssl.log" ||
	    { cat "$dir/openssl.log"; exit 2; }
}

# What is below $dir, over https; $https is its port. What it does with a request stands in $dir/mode (https.py says which words).
https=
start_https() { # CERTIFICATE
	rm -f "$dir/https.port"
	/usr/bin/python3 "$HOLDFAST_TOP/tests/cli/https.py" "$dir" "$dir/$1.pem" "$dir/$1.key" "$dir/mode" "$dir/https.port" 2>>"$dir/https.log" &
	servers+=($!)
	https=$(port_in "$dir/https.port")
}

# All of this computer, over ssh, as "server"; $sshd is its port. PROGRAM is run for each request, with it in SSH_ORIGINAL_COMMAND; $dir/keys are the
# host's keys. Which port ssh goes to stands in $dir/ssh_config, and what it trusts in $dir/known.
sshd=
start_sshd() { # [PROGRAM]
	local program
	program=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd)
	is 'there is an sshd' test -n "$program"
	[ "$(id -u)" != 0 ] || [ -d /run/sshd ] || mkdir -m 755 /run/sshd
	sshd=$((20000 + RANDOM % 20000))
	ssh-keygen -q -t ed25519 -N '' -f "$dir/host" && ssh-keygen -q -t ed25519 -N '' -f "$dir/id"
	cp "$dir/id.pub" "$dir/authorized"
	cat >"$dir/sshd_config" <<-END
		Port $sshd
		ListenAddress 127.0.0.1
		HostKey $dir/host
		AuthorizedKeysFile $dir/authorized
		StrictModes no
		PidFile none
		MaxStartups 100
		${1:+ForceCommand $1}
	END
	"$program" -D -e -f "$dir/sshd_config" 2>"$dir/sshd.log" &
	servers+=($!)
	ssh_to "$sshd"
	for _ in $(seq 20); do ssh-keyscan -p "$sshd" 127.0.0.1 2>/dev/null >"$dir/keys" && [ -s "$dir/keys" ] && break; sleep 0.2; done
	touch "$dir/known"
	export GIT_SSH_COMMAND="ssh -F $dir/ssh_config"
}
ssh_to() { # PORT
	cat >"$dir/ssh_config" <<-END
		Host server
			HostName 127.0.0.1
			HostKeyAlias server
			Port $1
			IdentityFile $dir/id
			IdentitiesOnly yes
			UserKnownHostsFile $dir/known
	END
}
# The wire to a port, that breaks as $dir/wire says (cut.py); $wire is its port, and $dir/wire.count what went through.
wire=
start_wire() { # PORT
	rm -f "$dir/wire.port"
	echo pass >"$dir/wire"
	/usr/bin/python3 "$HOLDFAST_TOP/tests/cli/cut.py" "$1" "$dir/wire" "$dir/wire.count" "$dir/wire.port" 2>>"$dir/wire.log" &
	servers+=($!)
	wire=$(port_in "$dir/wire.port")
}
