#!/bin/sh
# First process of a workload: /bin/sh pause.sh
#
# Holds the namespaces that the workload's other containers join, and outlives them. The kernel kills whatever is left
# in a PID namespace when its first process ends, so this one never ends before the others have. On SIGTERM it asks the
# containers of its own user, the daemon's, to end, and waits for them without a limit of its own; whoever stops this
# container has one.
#
# Needs nothing but sh and sleep of the image. As first process it also reaps what the others leave behind: `wait` and
# `sleep` do so.
set -u
holding=

# A container's own first process was started from outside of the namespace, so its parent is 0 in here.
is_first_of_container() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  # The second field, the name, may hold blanks and brackets (proc_pid_stat(5)).
  stat=${stat##*) }
  case $stat in [A-Z]" 0 "*) ;; *) return 1 ;; esac
}

# Every container is told once. One that joins while this one waits is told as well.
end() {
  trap '' TERM INT
  kill "$holding" 2>/dev/null
  told=' '
  while :; do
    others=
    for directory in /proc/[0-9]*; do
      pid=${directory#/proc/}
      [ "$pid" != 1 ] && kill -s 0 "$pid" 2>/dev/null || continue
      others=yes
      case $told in *" $pid "*) continue ;; esac
      is_first_of_container "$pid" || continue
      kill -s TERM "$pid" 2>/dev/null
      told="$told$pid "
    done
    [ -n "$others" ] || exit 0
    # Some shells' sleep takes whole seconds only.
    sleep 0.05 2>/dev/null || sleep 1
  done
}

trap end TERM INT
while :; do
  sleep 86400 &
  holding=$!
  wait "$holding"
done
