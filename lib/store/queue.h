// queue.h: who works on which run. A claim is a token and a lease; whoever lost it can no longer write.
#pragma once
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "store/writer.h"

namespace steepest::store {

/// Which runs can be trained as one.
struct Alike {
  /// How many at most, itself included, given the configuration of the first and how many runs of the plan have not ended.
  std::function<std::int64_t(const nlohmann::json& config, std::int64_t left)> most;
  std::vector<std::string> may_differ;  ///< where their configurations may differ: "$.seed", "$.optimizer.learning_rate"
};

/// Hands runs of plans to workers, and takes them back: ended, given back, failed, or from a worker that is no more. A worker has this key
/// for its own token, its supervisor for those of all its workers.
class Queue : public Writer {
 public:
  explicit Queue(Connection& connection) : Writer(connection) {}

  /// Claims, atomically, the costliest run of the plan that is queued or interrupted; none left, or no such plan: empty.
  std::optional<ClaimedRun> claim(std::int64_t plan, const std::string& token, double lease_seconds);
  /// The same, and with it other runs of the plan that can be trained with it as one, all in one transaction. None of them has failed a try, or is made
  /// again: such runs go alone. The first claimed is the first here.
  std::vector<ClaimedRun> claim_bundle(std::int64_t plan, const std::string& token, double lease_seconds, const Alike& alike);
  /// Extends the lease and notes the step, if it is further than the one known. False: the claim is lost, stop at once.
  bool heartbeat(std::int64_t run, const std::string& token, std::int64_t step, double lease_seconds);
  /// Ends a claimed run. False: the claim was lost; nothing written. A run that is made again (remake.h) takes its new rows in the place of
  /// the old ones if it ends with the same status and parameters; else all that it had before stays, and an event `other_bits` tells.
  bool finish(std::int64_t run, const std::string& token, const RunEnd& end);
  /// Gives what `token` holds back, so that it can be claimed at once; nothing is held against the run. Returns how many.
  std::int64_t release(const std::string& token);
  /// The same of one run, with a word why. False: the claim was lost.
  bool give_back(std::int64_t run, const std::string& token, const std::string& why);
  /// A try at what `token` holds came to nothing: its worker died, or the run itself reported `cause`. The run can be claimed again,
  /// from its checkpoint; once `tries` of its tries have failed it ends as failed, with `cause` in `error`. `kind` is the event's. Absolute
  /// paths in `cause` are cut to their last part: what is stored travels. Of a bundle every run has failed a try; the answer is about the first that
  /// is over, or the first.
  std::optional<FailedTry> fail(const std::string& token, const std::string& kind, const std::string& cause, int tries);
  /// The last word of the worker `token`: what the user must mend before it can go on. It becomes an event of the run that it holds, or of
  /// none, and what it holds is given back. Absolute paths in it are cut to their last part, as in fail().
  void complain(const std::string& token, const std::string& complaint);
  /// What the worker said so; empty: nothing.
  std::optional<std::string> complaint(const std::string& token) const;
  /// The holders of runs of this plan that have not been heard of for a lease.
  std::vector<ExpiredLease> expired_leases(std::int64_t plan) const;
  /// Whether a write goes through within a fifth of a second: false while another program holds it locked, when no lease can be renewed.
  bool can_write();
};

}  // namespace steepest::store
