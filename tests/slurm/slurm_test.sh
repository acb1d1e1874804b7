#!/usr/bin/env bash
# slurm_test.sh BUILD: studies as array jobs of a real Slurm on this machine (cluster.sh), disturbed in every way that is known, held against
# the same studies by one process. Where Slurm cannot run, the e2e tests with a stand-in for its commands, and that is said.
set -euo pipefail
build=$(realpath "$1") here=$(realpath "$(dirname "$0")")
source_dir=$(realpath "$here/../..")

without() {
  echo "NO REAL SLURM HERE: $1. Running the short form, with tests/slurm/fake_slurm in the place of sbatch, squeue and scontrol." >&2
  exec "$build/bin/e2e_test" --gtest_filter='Slurm.*:Shards.*'
}
[ "$(id -u)" -eq 0 ] || without "its daemons are started as root"
for program in munged slurmctld slurmd sbatch; do command -v $program >/dev/null || without "$program is not installed"; done

work=$(mktemp -d /tmp/steepest_slurm_XXXXXX)
chmod 755 "$work"
cluster() { MAX_ARRAY_SIZE=9 "$here/cluster.sh" "$1" "$work/slurm"; }
finish() {
  status=$?
  cluster stop >/dev/null 2>&1 || true
  mountpoint -q "$work/small" && umount "$work/small"
  if [ $status -eq 0 ]; then rm -rf "$work"; else echo "what is left lies in $work" >&2; fi
}
trap finish EXIT
trap 'exit 130' INT TERM
cluster start || { rm -f "$work/slurm/slurm.conf"; without "its daemons do not come up, see above"; }
export SLURM_CONF="$work/slurm/slurm.conf" STEEPEST_DATA_DIR="$work/data" OMP_NUM_THREADS=1
mkdir -p "$STEEPEST_DATA_DIR"

failures=0
fail() { echo "FAILED: $*" >&2; failures=$((failures + 1)); }
equal() { [ "$2" = "$3" ] || fail "$1: expected $3, found $2"; }
contains() { [[ "$2" == *"$3"* ]] || fail "$1: expected \"$3\" in: $2"; }

steepest() { "$build/bin/steepest" "$@" --database "$work/$name.db" --experiments "$source_dir/experiments"; }
tiny=(data=synthetic data.characters=20000 model.width=16 model.heads=2 model.rank=2 training.batch=4 training.context=16 optimizer.learning_rate=0.001)
study=() name="" shared=""
# Some thousand steps take a second: jobs that are to be disturbed get enough of them to be at work for long.
begin() { # NAME RUNS STEPS
  name=$1 shared="$work/$1 shared"
  study=("${tiny[@]}" "training.steps=$3" "seed=range($2)")
  echo "== $1: $2 runs of $3 steps"
}
submit() { steepest run "${study[@]}" --engine slurm --shared "$shared" --checkpoint-every 1s "$@" 2>&1 | tee -a "$work/said"; }
jobs_left() { squeue --noheader --array --me | wc -l; }
wait_for_jobs() {
  for _ in $(seq 1200); do
    [ "$(jobs_left)" -gt 0 ] || return 0
    # Slurm lets requeued jobs wait for two minutes. Some seconds are needed: for as long a node refuses a job of the id that it has just ended.
    squeue --noheader --array --me --format=%r | grep -q BeginTime && sleep 10
    for job in $(squeue --noheader --array --me --states=PENDING --format='%i %r' | awk '$2 == "BeginTime" {print $1}'); do
      scontrol update JobId="$job" StartTime=now 2>/dev/null || true
    done
    sleep 0.5
  done
  fail "$name: jobs are left: $(squeue --array --me)"
}
wait_until() { for _ in $(seq 1200); do if eval "$1"; then return 0; fi; sleep 0.1; done; fail "$name: waited for $1 in vain"; }
left() { find "$shared" -name "*$1" 2>/dev/null | wc -l; }
ask() { sqlite3 "$work/$1.db" "$2"; }
hashes="SELECT group_concat(identity || parameter_hash) FROM (SELECT * FROM run ORDER BY identity)"
rows="SELECT count(*), total(step), total(value) FROM (SELECT * FROM metric JOIN run ON run.id = run_id ORDER BY identity, name, metric.step)"
# Collects, and holds what came against one machine's file.
compare() {
  local array=$name
  steepest status --shared "$shared" >>"$work/said" 2>&1
  name="$array-one"
  steepest run "${study[@]}" --jobs "$(nproc)" >>"$work/said" 2>&1
  name=$array
  equal "$name: parameters" "$(ask "$name" "$hashes" | sha256sum)" "$(ask "$name-one" "$hashes" | sha256sum)"
  equal "$name: rows of metrics" "$(ask "$name" "$rows")" "$(ask "$name-one" "$rows")"
  equal "$name: integrity" "$(ask "$name" 'PRAGMA integrity_check')" ok
  echo "   $(ask "$name" "SELECT count(*) || ' runs, completed ' || sum(status = 'completed') FROM run")"
}
# A signal to the processes of this study's jobs.
signalled=0
signal_jobs() {
  for pid in $(pgrep -f -- "--shared $shared .*--shard" || true); do kill "-$1" "$pid" 2>/dev/null && signalled=$((signalled + 1)) || true; done
}
go_on() { # as a user would: the same command until nothing is left
  for _ in 1 2 3 4; do
    wait_for_jobs
    submit --shards 4 | grep -q "nothing left" && return 0
  done
  fail "$name: not done after four more arrays"
}

begin whole "${RUNS:-200}" 5
contains "too many shards" "$(submit --shards 9 || true)" "takes no larger array than 8 (MaxArraySize=9); valid: 1 to 8"
submit --shards 8
equal "a second submission" "$(submit --shards 8 | grep -c 'nothing left to submit')" 1
for _ in 1 2 3; do steepest status --shared "$shared" >>"$work/said" 2>&1; sleep 1; done  # while jobs run
wait_for_jobs
compare

begin signalled 6 20000
submit --shards 3
wait_until '[ "$(squeue --noheader --array --me --states=RUNNING | wc -l)" -eq 2 ]'
sleep 4
array=$(squeue --noheader --me --format=%F | head -n 1)
scancel --batch --signal=USR1 "$array"
wait_until 'grep -qs "asking Slurm for another turn" "$shared"/shards/*/logs/*'
wait_for_jobs
contains "the next turn" "$(cat "$shared"/shards/*/logs/*)" "interrupted"
equal "arrays" "$(left .array)" 1
equal "tasks that were done and began again" "$(grep -l 'nothing left to run' "$shared"/shards/*/logs/* | wc -l)" 0
compare

begin killed 6 20000
submit --shards 3
wait_until '[ "$(left .pt)" -gt 0 ] || [ "$(left .jsonl)" -gt 0 ] || [ "$(jobs_left)" -eq 0 ]' &
sleep 6
signal_jobs KILL
sleep 3
cluster kill-node
signal_jobs KILL
[ $signalled -gt 0 ] || fail "$name: no job was there to be killed"
sleep 2
cluster start-node
wait
go_on
compare

begin preempted 3 20000
submit --shards 1
wait_until '[ "$(squeue --noheader --array --me --states=RUNNING | wc -l)" -eq 1 ]'
sleep 3
scontrol requeue "$(squeue --noheader --array --me --format=%A)"  # as preemption does
wait_for_jobs
go_on
compare

begin no_log_folder 4 5
scontrol update PartitionName=main State=DOWN
submit --shards 2
rm -r "$shared"/shards/*/logs
scontrol update PartitionName=main State=UP
wait_for_jobs
contains "jobs without a log" "$(steepest status --shared "$shared")" "4 runs done; none of its jobs is left"
go_on
compare

begin full_folder 6 5
shared="$work/small"
mkdir "$shared"
if mount -t tmpfs -o size=256k tmpfs "$shared" 2>/dev/null; then
  scontrol update PartitionName=main State=DOWN
  submit --shards 2
  head -c 1M /dev/zero >"$shared/filler" 2>/dev/null || true
  scontrol update PartitionName=main State=UP
  wait_for_jobs
  contains "a full folder" "$(steepest status --shared "$shared")" "0 of 6 runs done; none of its jobs is left"
  rm "$shared/filler"
  mount -o remount,size=16m "$shared"
  go_on
  compare
else
  echo "   skipped: no tmpfs can be mounted here"
fi

[ $failures -eq 0 ] || { echo "$failures failed" >&2; exit 1; }
echo "all equal to one machine's: nothing lost, nothing twice"
