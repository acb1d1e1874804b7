// fake_worker.h: a worker for tests. The test program itself plays it when it is started with --token, so that the supervisor
// starts, watches and kills a true process without LibTorch.
#pragma once
#include <filesystem>
#include <string>

namespace steepest::sweep {

/// Claims and ends runs as STEEPEST_FAKE_WORKER says; returns the exit status. Behaviours:
/// `good` completes every run; `diverges`: runs with x ≥ 3 diverge; `dies_once`: SIGKILLs itself in the first attempt at each
/// run; `hangs_once`: stops itself (SIGSTOP) in the first attempt at each run, under a lease of 0.2 s; `fails_at_1`: reports an error
/// for the run with x = 1; `fails_and_locks`: for the one with x = 1 and seed 1, and holds the file locked for 2.5 s then; `dies_at_1`: dies whenever it holds the run with x = 1; `crashes_at_1`: the same with exit status 7 and words on
/// standard error; `user_error`: claims a run, complains, logs more than is read of a log, and ends with status 2; `cannot_open`: status 2 and a message, at once; `no_start`: status 127 at once; `slow`: holds a run until SIGTERM,
/// then gives it back; `stubborn`: holds a run and ignores SIGTERM; `idle`: takes nothing.
int play_fake_worker(int argc, char** argv);

/// This program, for STEEPEST_WORKER.
std::filesystem::path this_program();

}  // namespace steepest::sweep
