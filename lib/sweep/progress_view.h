// progress_view.h: how far a study is, for a terminal (one live line) and for a log (plain lines).
#pragma once
#include <cstdio>
#include <optional>
#include <string>

#include "store/rows.h"

namespace steepest::sweep {

/// Time left from floating-point operations done since the start: runs differ in cost, their operations do not.
class Estimate {
 public:
  /// `seconds` since the start; the first call is the start.
  void add(const store::Progress& progress, double seconds);
  /// Seconds left; negative while nothing is known yet. Counts down between two reports of the workers.
  double left() const;

 private:
  bool started_ = false;
  double flops_at_start_ = 0, seconds_at_start_ = 0;
  double flops_ = 0, end_ = -1;  // at the last report: operations done, and when all will be done
  double now_ = 0;
};

/// `[#######---------]`, or with blocks when `unicode`. `fraction` is cut to 0 … 1.
std::string progress_bar(double fraction, int width, bool unicode);

/// "7/24 runs, 2 running, 1 diverged, 3 min 20 s, about 8 min 10 s left".
std::string progress_text(const store::Progress& progress, double seconds, double seconds_left);

/// Where progress is shown.
struct ViewOptions {
  std::FILE* stream = stderr;
  bool live = false;  ///< redraw one line; otherwise plain lines
  bool unicode = false;
  double plain_every = 30;  ///< seconds between plain lines when nothing else is printed
  int width = 80;           ///< columns of the terminal
};

class ProgressView {
 public:
  explicit ProgressView(ViewOptions options) : options_(options) {}
  ~ProgressView() { close(); }
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  /// Called often; draws when there is something new to draw. `seconds` since the start; `left` from measured runs, empty: from
  /// the operations done since the start.
  void update(const store::Progress& progress, double seconds, std::optional<double> left = {});
  /// A run has ended: a plain line. The live view shows it only if `important` (diverged, failed).
  void run_ended(const std::string& line, bool important);
  /// A line that stays, such as a worker that was restarted.
  void note(const std::string& line);
  /// Ends the live line.
  void close();

 private:
  void print(const std::string& line);
  ViewOptions options_;
  Estimate estimate_;
  std::string live_line_;
  double last_plain_ = 0, seconds_ = 0;
};

}  // namespace steepest::sweep
