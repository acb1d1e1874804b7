#!/usr/bin/env bash
# cluster.sh start|stop|kill-node|start-node DIR: a Slurm of its own on this machine: munged, slurmctld and slurmd with folders and ports below DIR. Needs root.
# Afterwards SLURM_CONF=DIR/slurm.conf makes sbatch and the like speak to it.
set -euo pipefail
action=$1 dir=$2
export SLURM_CONF="$dir/slurm.conf"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Ends the daemon of a pid file, and waits for it.
end() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  [ -n "$pid" ] || return 0
  kill "-${2:-TERM}" "$pid" 2>/dev/null || true
  for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
  kill -KILL "$pid" 2>/dev/null || true
}

start() {
  local host ctld_port slurmd_port
  host=$(hostname -s)
  mkdir -p "$dir"/{state,spool,log,munge}
  chmod 755 "$dir"
  head -c 1024 /dev/urandom >"$dir/munge/munge.key"
  chown -R munge: "$dir/munge"
  chmod 755 "$dir/munge"
  chmod 400 "$dir/munge/munge.key"
  munge_options=(--key-file="$dir/munge/munge.key" --socket="$dir/munge/munge.socket" --pid-file="$dir/munge/munged.pid"
                 --log-file="$dir/munge/munged.log" --seed-file="$dir/munge/munge.seed")
  setpriv --reuid munge --regid munge --clear-groups munged --force "${munge_options[@]}"
  ctld_port=$(free_port) slurmd_port=$(free_port)
  cat >"$SLURM_CONF" <<END
ClusterName=steepest
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$ctld_port
SlurmdPort=$slurmd_port
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge/munge.socket
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/ctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/log/ctld.log
SlurmdLogFile=$dir/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=1,sched_interval=2
MinJobAge=10
KillWait=5
SlurmdTimeout=20
ReturnToService=2
MaxArraySize=${MAX_ARRAY_SIZE:-64}
NodeName=$host NodeAddr=127.0.0.1 CPUs=${CPUS:-2} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
  slurmctld -f "$SLURM_CONF"
  start_node
}

start_node() {
  slurmd -f "$SLURM_CONF" -N "$(hostname -s)"
  for _ in $(seq 150); do
    [ "$(sinfo --noheader --format=%t 2>/dev/null)" = idle ] && return 0
    sleep 0.2
  done
  echo "error: the node does not come up; see $dir/log" >&2
  return 1
}

case $action in
  start) start ;;
  stop)
    scancel --me 2>/dev/null || true
    end "$dir/slurmd.pid"; end "$dir/ctld.pid"; end "$dir/munge/munged.pid" ;;
  kill-node) end "$dir/slurmd.pid" KILL ;;
  start-node) slurmd -f "$SLURM_CONF" -N "$(hostname -s)" ;;
  *) echo "error: cluster.sh start|stop|kill-node|start-node DIR" >&2; exit 2 ;;
esac
