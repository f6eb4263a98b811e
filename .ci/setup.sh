#!/bin/sh
# Installs what is missing on this machine, and says nothing when nothing is.
#
#     .ci/setup.sh build          what the program needs; stops when it cannot be had
#     .ci/setup.sh build tests    and what the tests need; names what cannot be had and goes on
#     .ci/setup.sh --check build  installs nothing: exit 1 and a line when something is missing
#
# Debian and Ubuntu: apt-get, with sudo when not root. Elsewhere it prints the command to type and
# exits 1, for what the program needs; tests skip, visibly, what they do not find.
set -u

# One line a need: set | how to see that it is there | names for apt | dnf | pacman | brew
needs() {
    cat <<'TABLE'
build | command cc         | gcc libc6-dev      | gcc                     | gcc        | gcc
build | command make       | make               | make                    | make       | make
build | command pkg-config | pkg-config         | pkgconf-pkg-config      | pkgconf    | pkgconf
build | lua                | liblua5.4-dev      | lua-devel               | lua54      | lua@5.4
build | library libcmark   | libcmark-dev       | cmark-devel             | cmark      | cmark
build | library yaml-0.1   | libyaml-dev        | libyaml-devel           | libyaml    | libyaml
tests | library expat      | libexpat1-dev      | expat-devel             | expat      | expat
tests | library gumbo      | libgumbo-dev       | gumbo-parser-devel      | gumbo-parser | gumbo-parser
tests | library libutf8proc | libutf8proc-dev   | utf8proc-devel          | libutf8proc | utf8proc
tests | library libzip     | libzip-dev         | libzip-devel            | libzip     | libzip
tests | library zlib       | zlib1g-dev         | zlib-devel              | zlib       | zlib
tests | library sqlite3    | libsqlite3-dev     | sqlite-devel            | sqlite     | sqlite
tests | library libmicrohttpd | libmicrohttpd-dev | libmicrohttpd-devel  | libmicrohttpd | libmicrohttpd
tests | library source-highlight | libsource-highlight-dev g++ | source-highlight-devel gcc-c++ | source-highlight | source-highlight
tests | library tomlplusplus | libtomlplusplus-dev g++ | tomlplusplus-devel gcc-c++ | tomlplusplus | tomlplusplus
tests | command node       | nodejs             | nodejs                  | nodejs     | node
tests | command npm        | npm                | nodejs-npm              | npm        | node
tests | command python3    | python3            | python3                 | python     | python
tests | command cmark      | cmark              | cmark                   | cmark      | cmark
tests | command clang      | clang              | clang                   | clang      | llvm
tests | command llvm-cov   | llvm               | llvm                    | llvm       | llvm
tests | command clang-format | clang-format     | clang-tools-extra       | clang      | clang-format
tests | command luac5.4    | lua5.4             | lua                     | lua54      | lua@5.4
tests | command xmllint    | libxml2-utils      | libxml2                 | libxml2    | libxml2
tests | command sqlite3    | sqlite3            | sqlite                  | sqlite     | sqlite
tests | command strace     | strace             | strace                  | strace     | strace
tests | command zsh        | zsh                | zsh                     | zsh        | zsh
tests | command pandoc     | pandoc             | pandoc                  | pandoc-cli | pandoc
tests | command epubcheck  | epubcheck          | epubcheck               | epubcheck  | epubcheck
tests | python feedparser  | python3-feedparser | python3-feedparser      | python-feedparser | feedparser
tests | command unzip      | unzip              | unzip                   | unzip      | unzip
TABLE
}

there() { # KIND [NAME]: is it on this machine?
    case $1 in
    command) command -v "$2" >/dev/null 2>&1 ;;
    library) pkg-config --exists "$2" 2>/dev/null ;;
    # A python3 of the user's own may stand before the system's, which has the packages.
    python) python3 -c "import $2" 2>/dev/null || /usr/bin/python3 -c "import $2" 2>/dev/null ;;
    lua) "$(dirname "$0")/lua-package" >/dev/null ;;
    esac
}

missing() { # SET COLUMN: what a package manager calls the things that are missing, on one line
    needs | while IFS='|' read -r set how apt dnf pacman brew; do
        [ "$(echo $set)" = "$1" ] || continue
        there $how || case $2 in
        apt) echo "$apt" ;; dnf) echo "$dnf" ;; pacman) echo "$pacman" ;; brew) echo "$brew" ;;
        esac
    done | tr -s ' \n' ' ' | sed 's/^ //; s/ $//'
}

# No question is asked: nobody may be there to answer it.
apt_get() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"
    else
        sudo DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"
    fi
}

check=false
[ "${1:-}" = --check ] && { check=true; shift; }
updated=false
for set in "$@"; do
    packages=$(missing "$set" apt)
    [ -n "$packages" ] || continue
    if $check; then
        echo "galley: missing: $packages (the Debian packages' names). \`make $(test "$set" = build && echo demo || echo test)\` installs them." >&2
        exit 1
    fi
    by_apt=false
    if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }; then
        by_apt=true
    fi
    if ! $by_apt; then
        # What the tests only want is named by each test that is skipped.
        [ "$set" = build ] || continue
        {
            echo "galley: something is missing that the build needs. Install it, then run make again:"
            echo "    Debian, Ubuntu:  sudo apt-get install $packages"
            echo "    Fedora:          sudo dnf install $(missing "$set" dnf)"
            echo "    Arch:            sudo pacman -S --needed $(missing "$set" pacman)"
            echo "    Homebrew:        brew install $(missing "$set" brew)"
        } >&2
        exit 1
    fi
    echo "galley: installing: $packages"
    $updated || apt_get update >/dev/null || echo "galley: apt-get update failed; trying with the lists there are" >&2
    updated=true
    apt_get install --no-install-recommends $packages && continue
    if [ "$set" = build ]; then
        echo "galley: apt-get could not install what the build needs: $packages" >&2
        exit 1
    fi
    for package in $packages; do
        apt_get install --no-install-recommends "$package" ||
            echo "galley: $package cannot be installed; the tests that want it are skipped" >&2
    done
done
exit 0
