#!/usr/bin/env bash
# Proves the README's two commands on a machine that never saw the project: a folder made by
# debootstrap (Debian 12 with git, make and a C compiler), a clone of this checkout's last commit in
# it, and in a chroot there what a new user types.
#
#     tests/setup/fresh-machine.sh [--user] [--keep] [STEP...]
#
# STEPs are bare, build, demo, test and install, in this order; without one, all. --user types them as
# a user who has sudo, in place of root; --keep leaves the folder for a look. Prints "ok - step" or
# "not ok - step" lines and exits 1 when a step fails; what the steps printed is kept in build/fresh/.
# Needs root, debootstrap and the network. No mirror is named here: it is taken from this machine's
# own apt, and so are its proxy and the certificates it trusts. Downloads are kept in build/fresh/.
set -u
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd) || exit 3
folder=$TOP/build/fresh root=$TOP/build/fresh/root
suite=bookworm user=root keep=false steps=()
while [ $# -gt 0 ]; do
    case $1 in
    --user) user=reporter ;;
    --keep) keep=true ;;
    bare | build | demo | test | install) steps+=("$1") ;;
    *) sed -n '2,/^set -u/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
    esac
    shift
done
[ ${#steps[@]} -gt 0 ] || steps=(bare build demo test install)
[ "$(id -u)" = 0 ] || { echo "skip - fresh machine: needs root"; exit 0; }
command -v debootstrap >/dev/null || { echo "skip - fresh machine: needs debootstrap"; exit 0; }
mkdir -p "$folder/archives"
failures=0

mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Component: main' |
    awk -v suite=$suite '$2 == suite { print $1; exit }')
[ -n "$mirror" ] || { echo "skip - fresh machine: apt here knows no mirror of $suite"; exit 0; }

# The bare system, made once.
if [ ! -e "$folder/base.tar" ]; then
    rm -rf "$root"
    debootstrap --variant=minbase --include=git,make,gcc,libc6-dev,ca-certificates,sudo $suite "$root" "$mirror" \
        >"$folder/debootstrap.log" 2>&1 || { tail -n 5 "$folder/debootstrap.log"; echo "not ok - debootstrap"; exit 1; }
    tar -C "$root" -cf "$folder/base.tar.new" . && mv "$folder/base.tar.new" "$folder/base.tar"
fi
rm -rf --one-file-system "$root"
mkdir -p "$root" && tar -C "$root" -xf "$folder/base.tar" || exit 3

# How this machine reaches the network is the new one's way too.
for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /etc/apt/apt.conf; do
    [ -e "$file" ] && cp -L "$file" "$root$file"
done
apt-config dump Acquire | grep -v '""' >"$root/etc/apt/apt.conf.d/50this-machine"
echo "deb $mirror $suite main" >"$root/etc/apt/sources.list"
git clone -q --no-local "$TOP" "$root/galley" || exit 3
if [ "$user" != root ]; then
    chroot "$root" useradd -m $user
    echo "$user ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/$user"
    chroot "$root" chown -R $user: /galley
else
    # Root on a bare machine has no sudo either.
    rm -f "$root/usr/bin/sudo"
fi

inside() { # COMMAND...: a shell's words, typed by the user in the clone
    local variable network=()
    for variable in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
        [ -n "${!variable:-}" ] && network+=("$variable=${!variable}")
    done
    # The mounts and whatever still runs end with the namespaces.
    unshare --mount --pid --fork -- bash -c '
        root=$1 archives=$2; shift 2
        mount --make-rprivate / && mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" &&
            mount --rbind /sys "$root/sys" && mount -t tmpfs tmpfs "$root/tmp" && chmod 1777 "$root/tmp" &&
            mount --bind "$archives" "$root/var/cache/apt/archives" && exec chroot "$root" "$@"' \
        mounts "$root" "$folder/archives" \
        su -s /bin/sh $user -c 'cd /galley && exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            HOME="$HOME" USER="$USER" LANG=C.UTF-8 NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt '"${network[*]@Q}"' \
            sh -c "$1"' sh "$1" </dev/null
}

step() { # NAME WANTED_STATUS COMMAND [CHECK...]: CHECK is run outside, on the log's path
    local name=$1 wanted=$2 command=$3 log=$folder/$1.log status start=$SECONDS
    shift 3
    inside "$command" >"$log" 2>&1
    status=$?
    if [ $status = "$wanted" ] && { [ $# = 0 ] || "$@" "$log"; }; then
        echo "ok - $command ($((SECONDS - start)) s)"
    else
        tail -n 15 "$log" | sed 's/^/# /'
        echo "not ok - $command: status $status, see ${log#"$TOP"/}"
        failures=$((failures + 1))
    fi
}
one_clear_line() { grep -q '^galley: missing: .*make demo' "$1" && [ "$(grep -vc '^make' "$1")" = 1 ]; }
shows_where() { grep -q 'examples/newsroom/public/index.html' "$1" && [ -s "$root/galley/examples/newsroom/public/index.html" ]; }
adds_up() { tail -n 1 "$1" | grep -E '^[0-9]+ passed, 0 failed, [0-9]+ skipped$'; }

for name in "${steps[@]}"; do
    case $name in
    bare) step bare 2 "make" one_clear_line ;;
    build) step build 0 ".ci/setup.sh build && make && make -s unit-tests" ;;
    demo) step demo 0 "make demo" shows_where ;;
    test) step test 0 "make test" adds_up ;;
    install) step install 0 "make install PREFIX=/tmp/there && cd /tmp && mkdir try && cd try && printf '# Hello\n' | /tmp/there/bin/galley render - && /tmp/there/bin/galley new paper && /tmp/there/bin/galley build paper" ;;
    esac
done
if $keep; then echo "# the machine is in ${root#"$TOP"/}"; else rm -rf --one-file-system "$root"; fi
[ "$failures" = 0 ]
