// The progress line: on a terminal, while files are read.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace tocsin::cli {

class Progress {
 public:
  /// Shows nothing unless `shown`.
  explicit Progress(bool shown) : shown_(shown), begin_(Clock::now()), next_(begin_ + kPeriod) {}
  ~Progress() { clear(); }

  /// At most five times a second: events, events/s, share of bytes read (none: unknown), alerts.
  void update(std::uint64_t events, std::optional<double> share, std::uint64_t alerts);
  /// Removes the line, so that something else can be printed.
  void clear();
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kPeriod{200};
  bool shown_;
  bool drawn_ = false;
  Clock::time_point begin_;
  Clock::time_point next_;
};

}  // namespace tocsin::cli
