#!/bin/sh
# Keeps the wallet of the daemon that it runs beside in a repository of restic: /bin/sh backup.sh <command>
#
#   keep           waits, and makes a backup whenever one is due. It stops no daemon.
#   now            makes a backup of the wallet now, with the daemon's own `backupwallet`
#   ask            asks the entry point to hold the daemon at its next start
#   held <what>    makes one of the `wallet`, or of `all` of the chain's data, while the entry point holds the daemon
#   release        asks it no more
#   describe       prints the chain's height and the wallet's balance, as the daemon says them
#   owns <address> finds out whether the wallet has the key of an address
#   list           prints what there is, as restic's JSON
#   check          reads all that the repository has, and says whether it is whole
#   fetch <id> <what>   brings a backup of the `wallet`, or of `all`, into the volume, where the daemon's next start takes it
#   file <name>    takes a file of the stack from standard input
#   stack <name>   keeps the files that were taken, in the stack's own repository
#
# It needs sh, restic and nc (that of busybox), base tools, and ssh if the repository is on a server of SFTP. All that it
# needs to know is in files of /run/dokomodo/backup, or of $DOKOMODO_BACKUP:
#
#   plan       a key and its value on each line (components/backupContainer.ts)
#   password   the repository's password
#   login      `user:password` of the daemon's RPC in base64
#   s3         access to an S3 store, as AWS's shared credentials file
#   key, known_hosts   access to a server of SFTP
#
# What it writes is in .dokomodo-backup of the volume, which the daemon and the entry point know as well:
#
#   export     where the daemon writes a copy of its wallet, if it writes only to the directory of its flag -exportdir
#   outgoing   what restic is about to read
#   incoming   what restic is bringing of the backup that `incoming.id` names. It becomes `ready` when it is whole.
#   ready      what the daemon's next start takes. Its file .list names the files and directories that it replaces.
#   before     what was there before the last restore
#   described  height and balance, until they are tags of the backup
#   last       when the last backup was made, in seconds since 1970
#   hold       while this is there and changes, the entry point holds the daemon. `held` says that it does.
#
# Exit codes: 0 done, 1 failed, 2 wrong use, 3 the repository is another daemon's, 4 wrong password, 5 the store cannot be
# reached, 6 the repository is damaged, 7 there is no room, 8 there is no backup, 9 another run goes on, 10 the daemon
# does not do its part.
set -u

files=${DOKOMODO_BACKUP:-/run/dokomodo/backup}
work=${DOKOMODO_BACKUP_WORK:-/tmp/dokomodo-backup}
# Seconds for which a run waits where it may have to; those below if absent. Tests have less time.
patience=${DOKOMODO_BACKUP_SECONDS:-}
umask 077

say() {
  printf 'backup: %s\n' "$*" >&2
}

fail() {
  code=$1
  shift
  say "$*"
  exit "$code"
}

repository='' stacks='' workload='' key='' given='' every=0 retention='' volume='' data='' port='' ssh=''
while read -r name value; do
  case $name in
  repository) repository=$value ;;
  stacks) stacks=$value ;;
  workload) workload=$value ;;
  key) key=$value ;;
  given) given=$value ;;
  every) every=$value ;;
  retention) retention=$value ;;
  volume) volume=$value ;;
  data) data=$value ;;
  port) port=$value ;;
  ssh) ssh=$value ;;
  esac
done <"$files/plan" || fail 1 "cannot read $files/plan."
own=$volume/.dokomodo-backup

# What a run writes down for itself. Two runs may go on at the same time, as long as one of them only looks.
notes=$work/$$
mkdir -p "$notes" || exit 1
trap 'rm -rf "$notes"' EXIT
trap 'exit 143' TERM INT
export RESTIC_PASSWORD_FILE="$files/password" AWS_SHARED_CREDENTIALS_FILE="$files/s3" TMPDIR="$notes"

# Seconds for which restic may look for a store that does not answer. By itself it tries for a quarter of an hour.
limit=

# Whether what restic says on standard output counts as said, too. It says there what it found damaged.
joined=

# Runs restic on the repository $1. What it says goes to standard error as it comes, and what went wrong is put in words.
run_restic() {
  where=$1
  shift
  rm -f "$notes/said" "$notes/errors"
  mkfifo "$notes/errors" || return 1
  tee "$notes/said" <"$notes/errors" >&2 &
  showing=$!
  [ -z "$ssh" ] || set -- --option "sftp.command=$ssh -s sftp" "$@"
  # Its own daemon may be about to tidy it, and the access may only allow to read.
  [ -z "$given" ] || set -- --no-lock "$@"
  set -- --no-cache --repo "$where" "$@"
  if [ -n "$joined" ]; then
    restic "$@" >"$notes/errors" 2>&1
  else
    ${limit:+timeout "$limit"} restic "$@" 2>"$notes/errors"
  fi
  status=$?
  wait "$showing"
  [ "$status" -eq 0 ] || explain "$where"
  return "$status"
}

# Ends with the exit code and the words for what restic has said.
explain() {
  said=$(cat "$notes/said")
  # restic does not show what ssh says.
  case $said in *'sftp session'*)
    why=$(timeout 30 $ssh -s sftp </dev/null 2>&1)
    say "$why"
    said="$said $why"
    ;;
  esac
  case $said in
  *'wrong password'*)
    fail 4 "the password does not open the repository $1. Another one made it than dokomodo:backup.password. Nothing was changed." ;;
  *'already locked'*)
    fail 9 "somebody else works on the repository $1, as restic says above. Run the same again when that has ended." ;;
  *'o space left on device'* | *'isk quota exceeded'* | *XMinioStorageFull* | *QuotaExceeded* | *InsufficientStorage*)
    fail 7 "there is no room in the store $1, or on the disk of $volume, as restic says above. What was kept before is as it was. Make room, then run the same again." ;;
  *'ermission denied'* | *'ccess Denied'* | *AccessDenied* | *'does not exist in our records'* | *'signature we calculated'* | *'Host key verification failed'*)
    fail 5 "the store refuses access to $1, as restic says above. Look at the access in dokomodo:backup, and at the owner of the directory. Nothing was changed." ;;
  *'onnection refused'* | *'no such host'* | *'i/o timeout'* | *'o route to host'* | *'onnection reset'* | *'onnection timed out'* | *'dial tcp'* | *'subprocess ssh exited'* | *'unable to start the sftp session'*)
    fail 5 "the store $1 cannot be reached, as restic says above. Nothing was changed. Run the same again when it answers." ;;
  *'unable to open config file'* | *'repository does not exist'* | *'Is there a repository at the following location'*)
    fail 8 "there is no repository at $1." ;;
  *'ciphertext verification failed'* | *'hash mismatch'* | *'not match id'* | *'invalid data returned'* | *'not found in'* | *'contains errors'* | *'damaged'* | *'nexpected EOF'* | *'too short'* | *'does not exist'* | *'no such file'* | *'LoadBlob'*)
    fail 6 "the repository $1 is damaged, as restic says above. Nothing of the daemon was changed. An older backup may be whole: \`dokomodo backup --list\` shows them. restic's manual says how to repair a repository." ;;
  esac
  fail 1 "restic failed on $1, as it says above."
}

# One run at a time, so a run waits for another one. A run that was killed left its number, and nobody has it.
lock() {
  waited=0
  until mkdir "$work/lock" 2>/dev/null; do
    holder=
    read -r holder 2>/dev/null <"$work/lock/pid"
    if [ -n "$holder" ]; then
      kill -s 0 "$holder" 2>/dev/null || rm -rf "$work/lock"
    elif [ "$waited" -ge 3 ]; then
      # One that has just begun has not written its number yet. This one never did.
      rm -rf "$work/lock"
    fi
    [ "$waited" -lt "${patience:-600}" ] ||
      fail 9 "another backup or restore of $workload has been going on for $waited s. Run the same again when it has ended."
    [ ! -e "$work/lock" ] || sleep 1
    waited=$((waited + 1))
  done
  echo $$ >"$work/lock/pid"
  trap 'rm -rf "$work/lock" "$notes"' EXIT
}

# Whether there is a repository at $1. Ends if nobody can know. What it has is in `all` afterwards.
is_there() {
  (limit=${patience:-30} && run_restic "$1" --quiet snapshots --json --no-lock >"$notes/all" 2>"$notes/looked")
  found=$?
  case $found in
  0) return 0 ;;
  8) return 1 ;;
  esac
  cat "$notes/looked" >&2
  exit "$found"
}

# Whether there is a repository of this daemon. Ends if it is another one's: every backup has the daemon's name and key as
# its tags.
has_repository() {
  is_there "$repository" || return 1
  mine="\"tags\":\\[\"workload=$workload\",\"key=$key\"[],]"
  matching=$(grep -o "$mine" "$notes/all" | wc -l)
  total=$(grep -o '"time":' "$notes/all" | wc -l)
  [ "$((total))" -eq "$((matching))" ] && return 0
  others=$(grep -o '"tags":\[[^]]*\]' "$notes/all" | grep -v "$mine" | sort -u | head -n 3)
  fail 3 "the repository $repository has backups of somebody else: ${others:-without the tags of dokomodo}. This is $workload with the key $key. Nothing was changed. Give this stack another place in dokomodo:backup.to."
}

# The backups of another daemon are read, and none is added to them.
refuse_if_given() {
  [ -z "$given" ] || fail 2 "this daemon is given the backups of $workload, and none of its own is kept with them."
}

provide_repository() {
  has_repository && return 0
  say "makes the repository $repository."
  (run_restic "$repository" --quiet init) || exit $?
}

# Calls the daemon: the method, and its arguments as JSON. The request comes from a file that stays open, because some
# daemons drop a call whose connection is half closed.
call_daemon() {
  body="{\"id\":\"backup\",\"method\":\"$1\",\"params\":$2}"
  rm -f "$notes/request"
  mkfifo "$notes/request" || return 1
  exec 3<>"$notes/request"
  {
    printf 'POST / HTTP/1.0\r\nContent-Type: application/json\r\nAuthorization: Basic '
    cat "$files/login"
    printf '\r\nContent-Length: %d\r\n\r\n%s' "${#body}" "$body"
  } >&3
  answer=$(nc -w 600 127.0.0.1 "$port" <&3)
  exec 3>&-
  rm -f "$notes/request"
  case $answer in *'"error":null'*) return 0 ;; esac
  return 1
}

# What the daemon answered last, without the headers, on one line.
answered() {
  printf '%s\n' "$answer" | sed '1,/^.\{0,1\}$/d' | tr -d '\r\n'
}

find_wallets() {
  find "$volume" -maxdepth 8 -path "$own" -prune -o -type f -name wallet.dat -print
}

# Newer daemons write down there which wallets they load when they start (docs/internals/domain.md, settings.json).
find_settings() {
  find "$volume" -maxdepth 3 -path "$own" -prune -o -type f -name settings.json -print
}

# Finds the only wallet, relative to the volume.
find_wallet() {
  found=$(find_wallets)
  case $found in
  '') fail 10 "$workload has no wallet in $volume yet. Start its daemon once." ;;
  *"
"*) fail 10 "$workload has several wallets, and the daemon copies one only: $(echo "$found" | tr '\n' ' '). Use \`dokomodo backup $workload --stopped\`." ;;
  esac
  wallet=${found#"$volume"/}
}

require_room() {
  free=$(df -Pk "$volume" | awk 'END { print $4 }')
  [ "$((free))" -gt "$1" ] || fail 7 "there is no room on the disk of $volume: $((free / 1024)) MiB are free, and $(($1 / 1024)) MiB are needed. Nothing was changed."
}

# Lets the daemon write a copy of its wallet into `outgoing`. Daemons that come from Zcash write only to their own
# directory, under a name of letters and digits (docs/internals/domain.md, backupwallet).
copy_wallet() {
  find_wallet
  size=$(du -k "$volume/$wallet" | cut -f 1)
  require_room $((2 * size + 1024))
  rm -rf "$own/outgoing" "$own/export"
  mkdir -p "$own/export" "$own/outgoing/$(dirname "$wallet")" || fail 7 "cannot write to $own."
  target=$own/outgoing/$wallet
  if ! call_daemon backupwallet "[\"$target\"]"; then
    refused=$(answered)
    case $refused in
    '') fail 10 "the daemon of $workload does not answer on port $port. It may be starting. Nothing was kept." ;;
    *exportdir* | *alphanumeric*)
      call_daemon backupwallet '["dokomodowallet"]' ||
        fail 10 "the daemon of $workload does not copy its wallet: $(answered). With \`dokomodo backup $workload --stopped\` its file is read while it is stopped."
      mv "$own/export/dokomodowallet" "$target" || fail 10 "the daemon of $workload wrote no copy of its wallet to $own/export."
      ;;
    *) fail 10 "the daemon of $workload does not copy its wallet: $refused" ;;
    esac
  fi
  [ -s "$target" ] || fail 10 "the daemon of $workload wrote no copy of its wallet to $target."
  find_settings >"$notes/settings"
  while read -r found; do
    into=$own/outgoing/${found#"$volume"/}
    mkdir -p "$(dirname "$into")" && cp "$found" "$into" || fail 7 "cannot write to $own."
  done <"$notes/settings"
}

# Prints what the daemon says of itself, so that people know what they would get: its height and its wallet's balance. Each
# is `unknown` if it does not say it.
describe() {
  call_daemon getblockcount '[]' || answer=
  height=$(answered | sed -n 's/.*"result":\([0-9]\{1,\}\).*/\1/p')
  call_daemon getbalance '[]' || answer=
  balance=$(answered | sed -n 's/.*"result":\([0-9.]\{1,\}\).*/\1/p')
  echo "${height:-unknown} ${balance:-unknown}"
}

# Newer daemons say it in getaddressinfo, and older ones in validateaddress (docs/internals/domain.md, ismine).
owns() {
  case $1 in '' | *[!A-Za-z0-9]*) fail 2 "owns takes an address." ;; esac
  for method in getaddressinfo validateaddress; do
    call_daemon "$method" "[\"$1\"]"
    case $(answered | tr -d ' ') in
    *-32601*) continue ;;
    *'"ismine":true'*) return 0 ;;
    *'"ismine":false'*) fail 10 "the wallet of $workload does not have the key of $1." ;;
    esac
    break
  done
  fail 10 "the daemon of $workload does not say whether its wallet has the key of $1: $(answered)"
}

# Gives the files and directories of the directory $2 that the others name to restic, with tags that say what they are.
keep_files() {
  kind=$1 from=$2
  shift 2
  height='' balance=''
  [ ! -e "$own/described" ] || read -r height balance <"$own/described"
  (
    cd "$from" || exit 1
    run_restic "$repository" backup --quiet --json --host dokomodo \
      --tag "workload=$workload" --tag "key=$key" --tag "kind=$kind" \
      --tag "height=${height:-unknown}" --tag "balance=${balance:-unknown}" "$@" >"$notes/kept"
  ) || exit $?
  # The next one is due from now on, also if what follows fails.
  date +%s >"$own/last"
  id=$(sed -n 's/.*"snapshot_id":"\([0-9a-f]\{8\}\).*/\1/p' "$notes/kept")
  say "kept the $kind of $workload as $id."
}

forget() {
  # shellcheck disable=SC2086 # These are several flags.
  joined=yes && run_restic "$1" --quiet forget --group-by host,tags --prune $retention
}

# The rules of retention hold for wallets and for chains' data by themselves.
tidy() {
  where=$1
  (forget "$where") 2>"$notes/forgot"
  status=$?
  if [ "$status" -eq 9 ]; then
    # Only this workload writes here, so a lock that is there was left by a run that was killed.
    (run_restic "$where" --quiet unlock --remove-all) || exit $?
    (forget "$where") || exit $?
  else
    cat "$notes/forgot" >&2
    [ "$status" -eq 0 ] || exit "$status"
  fi
  (joined=yes && run_restic "$where" --quiet check --read-data-subset 64M) || exit $?
}

backup_now() {
  refuse_if_given
  lock
  provide_repository
  copy_wallet
  describe >"$own/described"
  (keep_files wallet "$own/outgoing" .)
  status=$?
  rm -rf "$own/outgoing" "$own/export" "$own/described"
  [ "$status" -eq 0 ] || exit "$status"
  tidy "$repository"
}

# The entry point holds the daemon for as long as this goes on.
beat() {
  count=0
  while :; do
    count=$((count + 1))
    echo "$count" >"$own/hold.new" && mv "$own/hold.new" "$own/hold"
    sleep 2
  done
}

# Asks the entry point to hold the daemon at its next start. What keeps a backup from being made is found out before.
ask() {
  refuse_if_given
  lock
  provide_repository
  mkdir -p "$own" || fail 7 "cannot write to $own."
  describe >"$own/described"
  echo asked >"$own/hold.new" && mv "$own/hold.new" "$own/hold" || fail 7 "cannot write to $own."
  rm -f "$own/held"
}

backup_held() {
  case $1 in wallet | all) ;; *) fail 2 "held takes wallet or all." ;; esac
  refuse_if_given
  lock
  waited=0
  beat &
  beating=$!
  trap 'kill "$beating" 2>/dev/null; wait "$beating" 2>/dev/null; rm -rf "$own/hold" "$own/hold.new" "$own/held" "$work/lock" "$notes"' EXIT
  while [ ! -e "$own/held" ]; do
    [ "$waited" -lt "${patience:-600}" ] || fail 10 "the daemon of $workload is not held after $waited s. Nothing was kept."
    sleep 1
    waited=$((waited + 1))
  done
  if [ "$1" = all ]; then
    (keep_files all "$volume" --exclude "$volume/.dokomodo-*" --exclude '*.conf' --exclude debug.log --exclude .lock \
      --exclude '*.pid' "${data:-.}") || exit $?
  else
    find_wallets >"$notes/wallets"
    [ -s "$notes/wallets" ] || fail 10 "$workload has no wallet in $volume yet."
    find_settings >>"$notes/wallets"
    set --
    while read -r found; do set -- "$@" "${found#"$volume"/}"; done <"$notes/wallets"
    (keep_files wallet "$volume" "$@") || exit $?
  fi
  kill "$beating" 2>/dev/null
  rm -f "$own/hold" "$own/held" "$own/described"
  tidy "$repository"
}

# Brings a backup into the volume. The daemon goes on meanwhile, and nothing of it is touched.
fetch() {
  case $1 in '' | *[!0-9a-f]*) fail 2 "fetch takes the id of a backup." ;; esac
  case $2 in wallet | all) ;; *) fail 2 "fetch takes wallet or all." ;; esac
  lock
  has_repository || fail 8 "there is no repository at $repository."
  rm -rf "$own/ready"
  (run_restic "$repository" --quiet stats --json --no-lock --mode restore-size "$1" >"$notes/size") || exit $?
  bytes=$(sed -n 's/.*"total_size":\([0-9]*\).*/\1/p' "$notes/size")
  # What an interrupted run brought of the same backup is compared, and need not be brought again.
  id=
  [ -e "$own/incoming.id" ] && read -r id <"$own/incoming.id"
  [ "$id" = "$1" ] || rm -rf "$own/incoming"
  mkdir -p "$own/incoming" && echo "$1" >"$own/incoming.id" || fail 7 "cannot write to $own."
  require_room $((${bytes:-0} / 1024 + 4096))
  id=$1 what=$2
  set --
  [ "$what" = all ] || set -- --include wallet.dat --include settings.json
  (joined=yes && run_restic "$repository" restore "$id" --quiet --target "$own/incoming" --verify "$@") || exit $?
  (cd "$own/incoming" && list_entries "$what") >"$notes/list" || exit 1
  [ -n "$(find "$own/incoming" -type f -name wallet.dat)" ] || fail 6 "the backup $id has no wallet."
  mv "$notes/list" "$own/incoming/.list" || fail 7 "cannot write to $own."
  rm -rf "$own/before"
  sync
  mv "$own/incoming" "$own/ready" || fail 1 "cannot move $own/incoming."
  say "the backup $id of $workload is in the volume. The daemon's next start takes it."
}

# The wallets alone, or each entry of the chain's directory.
list_entries() {
  if [ "$1" = all ]; then
    find "${data:-.}" -mindepth 1 -maxdepth 1 ! -name '.dokomodo*' | sed 's|^\./||'
  else
    find . -type f \( -name wallet.dat -o -name settings.json \) | sed 's|^\./||'
  fi
}

take_file() {
  case $1 in '' | .* | */* | *[!A-Za-z0-9._-]*) fail 2 "the file has no plain name." ;; esac
  mkdir -p "$work/stack" && cat >"$work/stack/$1"
}

keep_stack() {
  case $1 in '' | *[!A-Za-z0-9._-]*) fail 2 "the stack has no plain name." ;; esac
  refuse_if_given
  [ -d "$work/stack" ] || fail 2 "no file was taken."
  lock
  repository=$stacks$1
  is_there "$repository" || (run_restic "$repository" --quiet init) || exit $?
  (cd "$work/stack" && run_restic "$repository" backup --quiet --json --host dokomodo --tag "stack=$1" . >"$notes/kept") || exit $?
  rm -rf "$work/stack"
  tidy "$repository"
  say "kept the files of stack $1 in $repository."
}

# How long ago the last backup was; a large number if there was none.
age() {
  last=
  [ -e "$own/last" ] && read -r last <"$own/last"
  case $last in '' | *[!0-9]*) last=0 ;; esac
  echo $(($(date +%s) - last))
}

# The daemons of a host do not begin at the same moment: each waits for another part of the first minutes.
keep() {
  trap 'kill "$waiting" 2>/dev/null; exit 0' TERM INT
  waiting=
  mkdir -p "$own" 2>/dev/null
  sum=$(printf %s "$workload" | cksum)
  pause=$((${sum%% *} % (every < 300 ? every + 1 : 300)))
  while :; do
    sleep "$pause" &
    waiting=$!
    wait "$waiting"
    left=$((every - $(age)))
    if [ "$every" -eq 0 ] || [ "$left" -gt 0 ]; then
      pause=$((left > 0 && left < 60 ? left : 60))
      continue
    fi
    /bin/sh "$0" now &
    waiting=$!
    if wait "$waiting"; then
      pause=60
    else
      pause=$((every < 600 ? every : 600))
      say "this failed, as said above. $workload is looked at again in $pause s."
    fi
  done
}

case ${1:-} in
keep) keep ;;
now) backup_now ;;
ask) ask ;;
release) rm -f "$own/hold" "$own/held" ;;
held) backup_held "${2:-}" ;;
describe) describe ;;
owns) owns "${2:-}" ;;
list)
  has_repository || fail 8 "there is no backup of $workload at $repository yet."
  cat "$notes/all"
  ;;
check)
  lock
  has_repository || fail 8 "there is no backup of $workload at $repository yet."
  (joined=yes && run_restic "$repository" --quiet check --read-data) || exit $?
  say "the repository of $workload is whole."
  ;;
fetch) fetch "${2:-}" "${3:-}" ;;
file) take_file "${2:-}" ;;
stack) keep_stack "${2:-}" ;;
*) fail 2 "usage: backup.sh keep | now | ask | held wallet | held all | release | describe | owns <address> | list | check | fetch <id> wallet | fetch <id> all | file <name> | stack <name>" ;;
esac
