#include "engine/watermark.hpp"

#include <algorithm>

namespace tocsin::engine {

namespace {
Duration minus(Duration a, Duration b) { return {events::saturating_sub(a.ns, b.ns)}; }
Duration plus(Duration a, Duration b) { return {events::saturating_add(a.ns, b.ns)}; }
}  // namespace

InputId Watermarks::add(InputOptions options, Duration monotonic_now) {
  Input input;
  input.connected = !options.live;  // a socket begins without a peer
  input.options = std::move(options);
  input.heard = input.lost = monotonic_now;
  inputs_.push_back(std::move(input));
  return static_cast<InputId>(inputs_.size() - 1);
}

void Watermarks::heard(InputId input, Duration monotonic_now) { inputs_[input].heard = monotonic_now; }

void Watermarks::peers(InputId input, std::size_t count, Duration monotonic_now) {
  Input& in = inputs_[input];
  if (!in.options.live || in.connected == (count > 0)) return;
  in.connected = count > 0;
  if (in.connected)
    in.heard = monotonic_now;
  else
    in.lost = monotonic_now;
}

void Watermarks::end(InputId input) { inputs_[input].ended = true; }

Duration Watermarks::silence(const Input& input, Duration now) {
  if (!input.options.live) return {0};
  if (input.connected) return minus(now, input.heard);
  // Without a peer silence stands still for `hold`; then the whole time counts.
  if (minus(now, input.lost) < input.options.hold) return {0};
  return minus(now, input.heard);
}

bool Watermarks::is_idle(const Input& input, Duration now) {
  return input.options.live && silence(input, now) >= std::max(input.options.idle, input.options.lateness);
}

Time Watermarks::update(Duration now) {
  Time smallest = events::kLatest;
  bool waits = false;
  Time paced = events::kEarliest;
  bool any_live = false;
  for (Input& input : inputs_) {
    if (input.ended) continue;
    const Duration silent = silence(input, now);
    if (input.options.live && silent >= input.options.lateness && input.largest > input.watermark &&
        (silent.ns > 0 || input.options.lateness.ns == 0))
      input.watermark = input.largest;
    if (is_idle(input, now)) {
      any_live = true;
      if (input.largest != events::kEarliest)
        paced = std::max(paced, input.largest + minus(silent, input.options.idle));
      continue;
    }
    waits = true;
    smallest = std::min(smallest, input.watermark);
  }
  if (waits)
    force(smallest);
  else if (any_live)
    force(paced);
  return engine_;
}

Time Watermarks::largest() const {
  Time largest = restored_;
  for (const Input& input : inputs_) largest = std::max(largest, input.largest);
  return largest;
}

std::optional<InputId> Watermarks::holder() const {
  std::optional<InputId> lowest;
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    if (!inputs_[i].ended && (!lowest || inputs_[i].watermark < inputs_[*lowest].watermark))
      lowest = static_cast<InputId>(i);
  return lowest;
}

std::optional<Duration> Watermarks::next_change(Duration now, Time deadline) const {
  std::optional<Duration> next;
  const auto candidate = [&](Duration wait) {
    wait = std::max(wait, Duration{1'000'000});
    if (!next || wait < *next) next = wait;
  };
  bool all_idle = true;
  for (const Input& input : inputs_) {
    if (input.ended) continue;
    if (!input.options.live) {  // never silent: it holds the watermark until something comes
      all_idle = false;
      continue;
    }
    const Duration silent = silence(input, now);
    if (!input.connected && silent.ns == 0) {
      all_idle = false;
      candidate(minus(plus(input.lost, input.options.hold), now));
      continue;
    }
    if (input.largest > input.watermark) candidate(minus(input.options.lateness, silent));
    if (!is_idle(input, now)) {
      all_idle = false;
      candidate(minus(std::max(input.options.idle, input.options.lateness), silent));
    }
  }
  if (all_idle && deadline != events::kLatest && engine_ != events::kEarliest) candidate(plus(deadline - engine_, {1}));
  return next;
}

}  // namespace tocsin::engine
