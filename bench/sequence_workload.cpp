#include "bench/sequence_workload.hpp"

namespace tocsin::bench {

SequenceWorkload::SequenceWorkload(std::uint32_t devices, std::uint32_t rare, std::uint64_t seed)
    : random_(seed), rare_(rare), step_ns_(44'700'000'000 / devices), runs_(devices) {}

Kind SequenceWorkload::kind_for(Run& run) {
  const auto drawn = static_cast<Kind>(random_() % 4);
  if (run.taken > 0 && time_ns_ - run.start_ns > kWithinNs) run.taken = 0;
  if (drawn == Kind::a) {
    if (run.taken > 0) return Kind::d;
    run = {time_ns_, 1};
  } else if (drawn == Kind::b) {
    if (run.taken == 1) run.taken = 2;
  } else if (drawn == Kind::c) {
    if (rare_ > 1 && random_() % rare_ != 0) return Kind::d;
    if (run.taken == 2) run.taken = 0;
  }
  return drawn;
}

void SequenceWorkload::next(std::vector<SequenceRow>& rows) {
  rows.resize(kRowsOfSegment);
  for (SequenceRow& row : rows) {
    time_ns_ += step_ns_;
    row.time_ns = time_ns_;
    row.device = static_cast<std::uint32_t>(random_() % runs_.size());
    row.kind = kind_for(runs_[row.device]);
  }
}

}  // namespace tocsin::bench
