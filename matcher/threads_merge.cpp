// Threads that nothing later can tell apart, or of which one has nothing on the other: the preferred one stays
// (semantics, section 8).
#include <algorithm>

#include "matcher/fold.hpp"
#include "matcher/threads.hpp"

namespace tocsin::matcher {

using Policy = rules::AfterMatch::Policy;
using Mode = rules::Matching::Mode;

bool Threads::tells_assignments() const {
  return program_.matching.mode != Mode::one && program_.after.policy == Policy::keep;
}

bool Threads::is_same(const Run& a, const Run& b, const State* awaiting) const {
  if (tells_assignments() && (a.fold != b.fold || a.taken != b.taken)) return false;
  if (program_.has_timeouts && a.taken < b.taken) return false;  // it would be told instead
  if (((a.fresh | b.fresh) & kEndedByTime) != 0) return false;
  for (const RegisterId id : program_.compared) {
    if (awaiting != nullptr && std::any_of(awaiting->guards.begin(), awaiting->guards.end(),
                                           [&](const Guard& guard) { return guard.deadline == id; }))
      continue;
    const std::uint64_t bit = std::uint64_t{1} << (id & 63);
    if ((RunPool::valid(a)[id >> 6] & bit) != (RunPool::valid(b)[id >> 6] & bit)) return false;
    if (pool_.registers(a)[id] != pool_.registers(b)[id]) return false;
  }
  return true;
}

std::uint64_t Threads::identity(const Run& run) const {
  std::uint64_t hash = tells_assignments() ? run.fold : run.state;
  for (const RegisterId id : program_.compared)
    hash = fold_event(hash, static_cast<std::uint32_t>((RunPool::valid(run)[id >> 6] >> (id & 63)) & 1),
                      pool_.registers(run)[id]);
  return hash;
}

bool Threads::superseded(RunId id) {
  constexpr std::size_t kScanned = 24;  // beyond, looking up is cheaper than comparing one by one
  const Run& run = pool_[id];
  const State& state = program_.states[run.state];
  if (state.kind == State::Kind::end) return awaits_longer(id, state);
  if (!indexed_ && listed_ > kScanned) index();
  if (indexed_) {
    const auto found = pool_.merging.find(identity(run));
    if (found == pool_.merging.end()) return false;
    if (is_same(pool_[found->second], run, nullptr)) return true;
  }
  for (const RunId* at = first_compared_; at != link_; at = &pool_[*at].next)
    if (is_same(pool_[*at], run, nullptr)) return true;
  return false;
}

void Threads::index() {
  indexed_ = true;
  pool_.merging.clear();
  for (const RunId* at = first_compared_; at != link_; at = &pool_[*at].next)
    pool_.merging.emplace(identity(pool_[*at]), *at);
}

/// No absence is awaited longer by `a` than by `b`.
bool Threads::awaits_no_longer(const Run& a, const Run& b, const State& state) const {
  return std::all_of(state.guards.begin(), state.guards.end(), [&](const Guard& guard) {
    return guard.deadline == kNoSlot || pool_.registers(a)[guard.deadline] <= pool_.registers(b)[guard.deadline];
  });
}

/// Of threads of one start that only await the same absences the one whose deadline is earlier stays.
bool Threads::awaits_longer(RunId id, const State& state) {
  const Run& run = pool_[id];
  const bool by_deadline = !tells_assignments() && state.inherits == kNoSides &&
                           std::none_of(state.guards.begin(), state.guards.end(),
                                        [](const Guard& guard) { return guard.loop || guard.next_only; });
  for (RunId* at = first_compared_; at != link_;) {
    Run& other = pool_[*at];
    if (is_same(other, run, nullptr)) return true;
    if (by_deadline && other.start_order == run.start_order && is_same(other, run, &state)) {
      if (awaits_no_longer(other, run, state)) return true;
      if (!awaits_no_longer(run, other, state) ||
          end_of_closings(program_, pool_, run) == end_of_closings(program_, pool_, other)) {
        at = &other.next;
        continue;
      }
      if (tracer_ != nullptr) tracer_->ended(other.start_order, End::superseded);
      unlink(at);
      continue;
    }
    at = &other.next;
  }
  return false;
}

}  // namespace tocsin::matcher
