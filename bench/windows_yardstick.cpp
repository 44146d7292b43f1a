#include "bench/windows_yardstick.hpp"

namespace tocsin::bench {

void PanesByHand::run(std::span<const Reading> rows) {
  constexpr std::size_t kAhead = 16;
  if (pane_end_ == 0 && !rows.empty()) pane_end_ = (rows[0].time_ns / every_ns_ + 1) * every_ns_;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kAhead < rows.size()) __builtin_prefetch(&panes_[rows[i + kAhead].device * panes_of_window_ + current_], 1);
    const Reading& row = rows[i];
    while (row.time_ns >= pane_end_) end_pane();
    Pane& pane = panes_[row.device * panes_of_window_ + current_];
    pane.sum += row.value;
    ++pane.count;
  }
}

/// The window that ends with the current pane, of each device; the oldest pane becomes the current one.
void PanesByHand::end_pane() {
  const std::size_t oldest = (current_ + 1) % panes_of_window_;
  for (std::size_t device = 0; device < devices_; ++device) {
    Pane* const panes = &panes_[device * panes_of_window_];
    double sum = 0;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < panes_of_window_; ++i) {
      sum += panes[i].sum;
      count += panes[i].count;
    }
    if (const double average = sum / static_cast<double>(count); count > 0 && average > limit_)
      found_.add(device, pane_end_, average);
    panes[oldest] = {};
  }
  current_ = oldest;
  pane_end_ += every_ns_;
}

}  // namespace tocsin::bench
