#!/bin/sh
# Entry point of every daemon's container: /bin/sh entrypoint.sh <daemon> <args...>
#
# Writes the files that the program uploaded (confs, Iguana's `elected`) to their places under $HOME, at every
# start, and becomes the daemon, so that signals reach it. Daemons look for their files under $HOME only,
# and $HOME is a volume that no upload reaches.
#
#   files        one path per line, relative to $HOME
#   home/<path>  what is written to $HOME/<path>
#   downloads    one file that the daemon needs per line: its SHA-256, its length in bytes, its path relative to $HOME.
#                Absent if it needs none. Each is in /var/lib/dokomodo/downloads under its SHA-256, and is looked at
#                before a link at its path leads to it, so the daemon never starts with a wrong one.
#
# all in /run/dokomodo, or in $DOKOMODO_RUN. Needs nothing but sh, cat, mkdir, mv, rm of the image, and ln, wc and
# sha256sum if there are downloads.
#
# Exit codes before the daemon runs: 64 no daemon named, 66 an uploaded file cannot be read, 73 a place under
# $HOME cannot be written to, 74 writing failed (disk full), 69 a file that the daemon needs is missing or wrong,
# 78 HOME or the list of files is wrong,
# 126 the daemon is not executable, 127 the daemon is not in the image.
set -u

run=${DOKOMODO_RUN:-/run/dokomodo}
store=${DOKOMODO_DOWNLOADS:-/var/lib/dokomodo/downloads}
uid=$(id -u 2>/dev/null) || uid='of this container'

fail() {
  code=$1
  shift
  printf 'entrypoint: %s\n' "$@" >&2
  exit "$code"
}

# The part of a path that exists, which is what refuses the rest.
existing_part() {
  part=$1
  while [ -n "$part" ] && [ ! -e "$part" ]; do
    part=${part%/*}
  done
  printf '%s' "${part:-/}"
}

fail_unwritable() {
  fail 73 "cannot write $1: $(existing_part "$2") is not a directory that uid $uid may write to." \
    "Either the image has no such directory that uid $uid owns, or its volume belongs to another user." \
    "Look at this daemon's \`user\` and \`home\` in the config: they must be a user of the image and its home."
}

put() {
  source=$run/home/$1
  target=$HOME/$1
  directory=${target%/*}
  # One fixed name, so that what a killed start left behind is taken away by the next.
  unfinished=$target.dokomodo-unfinished

  { [ -f "$source" ] && [ -r "$source" ]; } ||
    fail 66 "cannot read $source, which $run/files lists: it is missing, or not readable by uid $uid."
  mkdir -p "$directory" 2>/dev/null || fail_unwritable "$target" "$directory"
  { [ -w "$directory" ] && [ -x "$directory" ]; } || fail_unwritable "$target" "$directory"
  [ ! -d "$target" ] || fail 73 "cannot write $target: there is a directory of that name."

  rm -f "$unfinished" || fail_unwritable "$target" "$directory"
  if ! cat "$source" >"$unfinished"; then
    rm -f "$unfinished"
    fail 74 "could not write $target (the reason is above; a full disk?). What was there before is unchanged."
  fi
  mv -f "$unfinished" "$target" || fail 74 "could not move $unfinished to $target."
}

# All that is wrong is said, and not only the first of it.
wrong=
look_at() {
  digest=$1 bytes=$2 path=$3
  file=$store/$digest
  if [ ! -f "$file" ]; then
    found='it is missing'
  elif ! length=$(wc -c <"$file"); then
    found="uid $uid may not read it"
  elif [ "$((length))" -ne "$bytes" ]; then
    found="it has $((length)) bytes instead of $bytes"
  elif ! actual=$(sha256sum <"$file"); then
    found='its SHA-256 cannot be computed (the reason is above)'
  elif [ "${actual%% *}" != "$digest" ]; then
    found="its SHA-256 is ${actual%% *}"
  else
    return 0
  fi
  wrong=yes
  printf 'entrypoint: %s\n' "the daemon needs ~/$path ($bytes bytes, SHA-256 $digest), and $found." >&2
}

link() {
  directory=$HOME/${2%/*}
  mkdir -p "$directory" 2>/dev/null || fail_unwritable "$HOME/$2" "$directory"
  ln -sf "$store/$1" "$HOME/$2" || fail_unwritable "$HOME/$2" "$directory"
}

[ $# -gt 0 ] || fail 64 "no daemon named; usage: /bin/sh entrypoint.sh <daemon> <args...>"
case ${HOME:-} in
/?*) HOME=${HOME%/} ;;
*) fail 78 "HOME is '${HOME:-}'; it must be the absolute path of the daemon's home in the image (\`home\` in the config)." ;;
esac
[ -r "$run/files" ] || fail 66 "cannot read $run/files, the list of files to write: it is missing, or not readable by uid $uid."

# Directories 0700, files 0600: confs hold passwords. The daemon gets back the image's own umask.
image_umask=$(umask)
umask 077
while IFS= read -r path || [ -n "$path" ]; do
  case $path in
  '') continue ;;
  /* | */ | .. | ../* | */.. | */../*) fail 78 "$run/files lists '$path'; only paths below HOME are allowed." ;;
  esac
  put "$path"
done <"$run/files"
if [ -e "$run/downloads" ]; then
  while read -r digest bytes path; do
    look_at "$digest" "$bytes" "$path"
  done <"$run/downloads"
  [ -z "$wrong" ] || fail 69 "The daemon was not started. Run \`pulumi up\`, which brings these files to the host." \
    "To bring them by hand, put them into a directory of the host and name it in \`dokomodo:downloads\`."
  while read -r digest _ path; do
    link "$digest" "$path"
  done <"$run/downloads"
fi
umask "$image_umask"

absent="$1: no such command in this image; look at \`image\` and \`command\` in the config."
case $1 in
*/*)
  [ -e "$1" ] || fail 127 "$absent"
  [ -x "$1" ] || fail 126 "$1: uid $uid may not execute it."
  ;;
*) command -v "$1" >/dev/null || fail 127 "$absent" ;;
esac
exec "$@"
