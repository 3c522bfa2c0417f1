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
#   volume       the directory of the daemon's volume. Absent if it has none.
#   guard        one line for the disk guard: the free MiB below which the daemon is stopped, the free MiB from which it
#                starts, and the shares of the disk in percent that these limits never exceed. The disk is that of the
#                volume. Absent if there is no guard.
#
# all in /run/dokomodo, or in $DOKOMODO_RUN. Needs nothing but sh, cat, mkdir, mv, rm of the image, ln, wc and sha256sum
# if there are downloads, df and sleep if there is a guard, and sleep if a daemon is to wait for its turn.
#
# The disk guard (docs/internals/workloads.md, the disk guard): a daemon that finds too little room is held, which means
# that this script waits in its place until somebody ends it. A loop beside the daemon looks at the disk, and sends the
# daemon one SIGTERM when the disk is nearly full. Neither of them writes to the disk.
#
# `dokomodo reindex` writes `-reindex` or `-rescan` to the file .dokomodo-once in the volume. The next start takes the
# file away and gives the word to the daemon. The start after that does not have it.
#
# What `dokomodo restore` has brought is in .dokomodo-backup/ready of the volume (runtime/backup.sh). It takes the place of
# what is there, which goes to .dokomodo-backup/before. While a backup reads the daemon's files, the daemon waits.
#
# A daemon's first start after a boot of its host waits for its turn (docs/internals/workloads.md, turns after a boot). The
# file .dokomodo-boot in the volume has the boot of the last start, as the kernel names it.
#
# Exit codes before the daemon runs: 0 ended while it was held or waited for its turn, 64 no daemon named, 66 an uploaded
# file cannot be read, 73 a place under $HOME cannot be written to, 74 writing failed (disk full), 69 a file that the
# daemon needs is missing or wrong, 75 a volume is not whole, because it is being copied from another host, 78 HOME or the
# list of files is wrong, 126 the daemon is not executable, 127 the daemon is not in the image.
set -u

run=${DOKOMODO_RUN:-/run/dokomodo}
store=${DOKOMODO_DOWNLOADS:-/var/lib/dokomodo/downloads}
proc=${DOKOMODO_PROC:-/proc}
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

# Finds the size of the guarded disk and what is free there, in KiB, and the limits of such a disk. Fails if nobody knows.
look_at_disk() {
  report=$(df -Pk "$guarded" 2>/dev/null) || return 1
  set -f
  # After the heading come file system, size, used, free, used in percent, directory. The name of a file system may have
  # blanks, and only one of the fields ends in %.
  set -- $report
  set +f
  while [ $# -ge 5 ]; do
    case $5 in
    *%)
      case $2$4 in '' | *[!0-9]*) return 1 ;; esac
      size=$2 free=$4
      stop=$((size / 100 * stop_percent)) start=$((size / 100 * start_percent))
      [ "$stop" -le $((stop_mib * 1024)) ] || stop=$((stop_mib * 1024))
      [ "$start" -le $((start_mib * 1024)) ] || start=$((start_mib * 1024))
      return 0
      ;;
    esac
    shift
  done
  return 1
}

say() {
  printf 'entrypoint: %s\n' "$1" >&2
}

# Finds the argument that the daemon gets at this start only. The file is gone before the daemon runs, so a daemon that
# is started again and again does not begin anew each time. It goes on by itself (docs/internals/domain.md, a reindex that
# is broken off).
once=
take_once() {
  file=$volume/.dokomodo-once
  [ -n "$volume" ] && [ -e "$file" ] || return 0
  word=
  read -r word 2>/dev/null <"$file"
  if ! rm -f "$file" 2>/dev/null || [ -e "$file" ]; then
    say "$file cannot be removed, so the daemon does not get what it says."
    return 0
  fi
  case $word in
  -reindex | -rescan)
    once=$word
    say "The daemon gets $once at this start, as $file said."
    ;;
  *) say "$file said neither -reindex nor -rescan, so it was removed and nothing else was done." ;;
  esac
}

# Puts restored files and directories into their places, each by one rename. A start that breaks off is gone on with by the
# next one, and the daemon never runs with a part of a restore.
take_restored() {
  restored=$volume/.dokomodo-backup/ready before=$volume/.dokomodo-backup/before
  [ -d "$restored" ] || return 0
  while IFS= read -r path; do
    [ -e "$restored/$path" ] || continue
    make_way "$path"
    # The environment of Berkeley DB belongs to the wallet that was there.
    case $path in
    wallet.dat) make_way database ;;
    */wallet.dat) make_way "${path%/*}/database" ;;
    esac
    mkdir -p "$volume/$path" && rmdir "$volume/$path" && mv "$restored/$path" "$volume/$path" ||
      fail 74 "could not move the restored $path into its place (the reason is above; a full disk?). Run \`dokomodo restore\` again, or restart this container."
  done <"$restored/.list"
  rm -rf "$restored" || fail 74 "could not remove $restored."
  say "The daemon starts with what was restored. What was there before is in $before."
}

make_way() {
  [ -e "$volume/$1" ] || return 0
  rm -rf "${before:?}/$1" && mkdir -p "$before/$1" && rmdir "$before/$1" && mv "$volume/$1" "$before/$1" ||
    fail 74 "could not move $volume/$1 to $before (the reason is above; a full disk?)."
}

# While a backup reads the daemon's files, it changes the file `hold` every 2 s. The pod may just have been made anew, so its
# first change may take a while.
await_backup() {
  hold=$volume/.dokomodo-backup/hold beat='' idle=0
  [ -e "$hold" ] || return 0
  waiting=
  trap 'kill "$waiting" 2>/dev/null; rm -f "$volume/.dokomodo-backup/held"; exit 0' TERM INT
  say "The daemon waits, because a backup reads its files."
  : >"$volume/.dokomodo-backup/held"
  while [ -e "$hold" ] && [ "$idle" -lt 120 ]; do
    now=
    read -r now 2>/dev/null <"$hold"
    if [ "$now" = "$beat" ]; then idle=$((idle + 1)); else idle=0 beat=$now; fi
    sleep 1 &
    waiting=$!
    wait "$waiting" || break
  done
  trap - TERM INT
  rm -f "$volume/.dokomodo-backup/held" "$hold"
  [ "$idle" -lt 120 ] && say "The daemon starts. The backup has read its files." ||
    say "The daemon starts. The backup that read its files has ended without a word."
}

# Each line is whole by itself, because dokomodo shows the last one (platforms/entrypointLog.ts).
hold() {
  holding=
  trap 'kill "$holding" 2>/dev/null; exit 0' TERM INT
  while :; do
    room="$((free / 1024)) MiB are free on the disk of $guarded, and it starts with $((start / 1024)) MiB or more."
    if [ "$free" -lt "$start" ]; then
      say "The disk guard holds the daemon: $room Make room there, then restart this container."
    else
      say "The disk guard holds the daemon: there is room again, but it starts nothing by itself. $room Restart this container."
    fi
    sleep 300 &
    holding=$!
    wait "$holding"
    look_at_disk || :
  done
}

# Before anything is written, because nothing should be written to a full disk.
require_room() {
  [ -n "$guarded" ] || return 0
  if ! look_at_disk; then
    say "There is no disk guard: \`df -Pk $guarded\` says nothing of use in this image."
    guarded=
  elif [ "$free" -lt "$start" ]; then
    hold
  fi
}

# Whether this is the daemon's first start since the host was booted. It says so once, so somebody who restarts the
# container while the daemon waits starts it. It says no where nobody knows, so that nothing is ever waited for in vain.
is_first_since_boot() {
  file=$volume/.dokomodo-boot
  boot='' last=''
  read -r boot 2>/dev/null <"$proc/sys/kernel/random/boot_id"
  [ -e "$file" ] && read -r last 2>/dev/null <"$file"
  is_boot "$boot" && [ "$boot" != "$last" ] || return 1
  # In a shell of its own, because some shells end when they cannot write to a file.
  (umask 077 && printf '%s\n' "$boot" >"$file") 2>/dev/null || return 1
  is_boot "$last"
}

is_boot() {
  case $1 in *[!0-9a-f-]*) return 1 ;; ????????-????-????-????-????????????) return 0 ;; esac
  return 1
}

# Finds a number from 0 to below $1, another one in each container. The kernel makes it, so it needs no program.
choose_below() {
  chosen=0 number=''
  read -r number 2>/dev/null <"$proc/sys/kernel/random/uuid"
  number=${number%%-*}
  case $number in '' | *[!0-9a-f]*) ;; *) chosen=$((0x$number % $1)) ;; esac
}

# Whether too many threads run, or wait for a disk: two for each processor, and one more for each 20 s of waiting, because
# a host may be busy with something that does not end soon. A container sees the threads of its whole host.
is_host_busy() {
  processors=0 threads=0
  while read -r key value _; do
    case $key in
    cpu[0-9]*) processors=$((processors + 1)) ;;
    procs_running | procs_blocked) threads=$((threads + value)) ;;
    esac
  done 2>/dev/null <"$proc/stat"
  # One of them is this script.
  [ "$threads" -gt $((processors * (2 + waited / 20))) ]
}

# Finds the seconds since the host was booted. Setting the clock does not change them.
look_at_uptime() {
  read -r uptime _ 2>/dev/null <"$proc/uptime" || return 1
  uptime=${uptime%%.*}
}

# After a boot all daemons of a host are started at once. If they all read their index of blocks at the same time, none of
# them is ready for long. So each looks at the host, at moments that are left to chance, until it is not busy.
await_turn() {
  look_at_uptime || return 0
  since=$uptime
  waiting=
  trap 'kill "$waiting" 2>/dev/null; exit 0' TERM INT
  limit=300
  say "The daemon waits for its turn, because all daemons of a host are started at once after a boot. It starts when the host is less busy, and in $limit s at the latest."
  choose_below 11
  while :; do
    sleep "$chosen" &
    waiting=$!
    # It fails if the image has no sleep.
    wait "$waiting" || break
    look_at_uptime || break
    waited=$((uptime - since))
    [ "$waited" -lt "$limit" ] && is_host_busy || break
    choose_below 5
    chosen=$((chosen + 1))
  done
  trap - TERM INT
  say "The daemon starts. It waited $((uptime - since)) s for its turn."
}

# Finds when a process began, in ticks of the kernel's clock (proc_pid_stat(5)). The number of a process is used again,
# but not with the same time.
look_at_process() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  # The second field, the name, may hold blanks and brackets.
  set -f
  set -- ${stat##*) }
  set +f
  [ $# -ge 20 ] && began=${20}
}

# Looks as often as a disk that fills with 200 MiB/s demands, and at least once a minute. It ends soon after the daemon.
guard() {
  cd /
  look_at_process $$ || return 0
  since=$began
  while :; do
    seconds=$(((free - stop) / 204800))
    [ "$seconds" -ge 1 ] || seconds=1
    [ "$seconds" -le 60 ] || seconds=60
    while [ "$seconds" -gt 0 ]; do
      slice=$seconds
      [ "$slice" -le 5 ] || slice=5
      sleep "$slice" 2>/dev/null || return 0
      seconds=$((seconds - slice))
      look_at_process $$ && [ "$began" = "$since" ] || return 0
    done
    look_at_disk || continue
    [ "$free" -lt "$stop" ] || continue
    look_at_process $$ && [ "$began" = "$since" ] || return 0
    # First of all, because the log may be stuck on the same disk.
    kill -s TERM $$ 2>/dev/null
    say "The disk guard stops the daemon: $((free / 1024)) MiB are free on the disk of $guarded, and the limit is $((stop / 1024)) MiB. It may take minutes to write what it holds."
    return 0
  done
}

[ $# -gt 0 ] || fail 64 "no daemon named; usage: /bin/sh entrypoint.sh <daemon> <args...>"
case ${HOME:-} in
/?*) HOME=${HOME%/} ;;
*) fail 78 "HOME is '${HOME:-}'; it must be the absolute path of the daemon's home in the image (\`home\` in the config)." ;;
esac
[ -r "$run/files" ] || fail 66 "cannot read $run/files, the list of files to write: it is missing, or not readable by uid $uid."

volume=
if [ -e "$run/volume" ]; then
  read -r volume <"$run/volume" || fail 66 "cannot read $run/volume: it has no line, or is not readable by uid $uid."
fi

guarded=
if [ -e "$run/guard" ]; then
  read -r stop_mib start_mib stop_percent start_percent <"$run/guard" ||
    fail 66 "cannot read $run/guard: it has no line, or is not readable by uid $uid."
  guarded=$volume
fi
require_room

# A volume that is being copied from another host is not whole (runtime/transfer/marks.ts). Nothing is written to it.
if [ -n "$volume" ]; then
  [ ! -e "$volume/.dokomodo-incoming" ] ||
    fail 75 "the data in the volume at $volume is being copied from another host, and is not whole. The daemon was not started." \
      "Finish the move: run the same \`dokomodo move\` again. Or place the chain on its old host again, where all of its data is."
  # From now on it is this daemon's own.
  [ ! -e "$volume/.dokomodo-arrived" ] || rm -rf "$volume/.dokomodo-arrived" || fail_unwritable "$volume" "$volume"
  take_restored
  await_backup
  # Files that the daemon needs are looked at afterwards, which is work as well. The disk may have become full meanwhile.
  if is_first_since_boot; then
    await_turn
    require_room
  fi
fi

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
take_once
# The loop is no child of the daemon, which may wait for children of its own.
[ -z "$guarded" ] || (guard </dev/null >/dev/null &)
exec "$@" ${once:+"$once"}
