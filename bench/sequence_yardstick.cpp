#include "bench/sequence_yardstick.hpp"

#include <algorithm>

namespace tocsin::bench {

void SequenceByHand::run(std::span<const SequenceRow> rows) {
  for (; !rows.empty(); rows = rows.subspan(std::min(kRowsOfBatch, rows.size())))
    run_batch(rows.first(std::min(kRowsOfBatch, rows.size())));
}

void SequenceByHand::run_batch(std::span<const SequenceRow> rows) {
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kAhead < rows.size()) __builtin_prefetch(&runs_[rows[i + kAhead].device], 1);
    const SequenceRow& row = rows[i];
    Run& run = runs_[row.device];
    switch (row.kind) {
      case Kind::a:
        if (run.taken == 0 || row.time_ns - run.start_ns > kWithinNs) run = {row.time_ns, 1};
        break;
      case Kind::b:
        if (run.taken == 1) run.taken = 2;
        break;
      case Kind::c:
        if (run.taken == 2) {
          if (row.time_ns - run.start_ns <= kWithinNs) found_.add(row.device, run.start_ns, row.time_ns);
          run.taken = 0;
        }
        break;
      case Kind::d:
        break;
    }
  }
}

}  // namespace tocsin::bench
