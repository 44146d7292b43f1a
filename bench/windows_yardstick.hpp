// The yardstick of P9: a sliding average by device, written by hand for that one rule: for each device a ring of panes
// (sum, count), all devices' windows ended together when time passes a multiple of `every`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bench/windows_workload.hpp"

namespace tocsin::bench {

class PanesByHand {
 public:
  /// `size` is a multiple of `every`. Windows whose average isn't above `limit` aren't told.
  PanesByHand(std::uint32_t devices, std::int64_t size_ns, std::int64_t every_ns, double limit)
      : devices_(devices),
        every_ns_(every_ns),
        limit_(limit),
        panes_of_window_(static_cast<std::size_t>(size_ns / every_ns)),
        panes_(devices * panes_of_window_) {}

  /// Events in order of time.
  void run(std::span<const Reading> rows);
  const AveragesFound& found() const { return found_; }

 private:
  struct Pane {
    double sum = 0;
    std::uint64_t count = 0;
  };
  void end_pane();

  std::size_t devices_;
  std::int64_t every_ns_;
  double limit_;
  std::size_t panes_of_window_;
  std::vector<Pane> panes_;  ///< by device, then place in the ring
  std::size_t current_ = 0;  ///< place of the pane that is being filled
  std::int64_t pane_end_ = 0;
  AveragesFound found_;
};

}  // namespace tocsin::bench
