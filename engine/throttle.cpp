#include "engine/throttle.hpp"

#include <algorithm>
#include <vector>

namespace tocsin::engine {

bool Throttled::is_over(const rules::Throttle& throttle, const Span& span, events::Time at) {
  return at >= span.begin + throttle.per;
}

Throttled::Decision Throttled::take(const rules::Throttle& throttle, std::uint32_t key, const std::string& each,
                                    events::Time at) {
  Spans& spans = keys_[key];
  if (spans.size() >= kMaxSpans && !spans.contains(each)) make_room(throttle, spans, at);
  const auto [found, is_new] = spans.try_emplace(each);
  Span& span = found->second;
  if (is_new) {
    ++size_;
  } else if (!is_over(throttle, span, at)) {
    span.last = at;
    if (span.given == throttle.count) {
      ++span.suppressed;
      return {false, 0};
    }
    ++span.given;
    return {true, 0};  // a span begins owing nothing, and owes nothing before it is full
  }
  const std::uint64_t suppressed = span.suppressed;
  span = {at, at, 1, 0};
  return {true, suppressed};
}

void Throttled::forget(std::uint32_t key) {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return;
  for (const auto& [each, span] : found->second) untold_ += span.suppressed;
  size_ -= found->second.size();
  keys_.erase(found);
}

/// What isn't needed any more goes; if that is little, so does an eighth of the rest, the longest silent first.
void Throttled::make_room(const rules::Throttle& throttle, Spans& spans, events::Time at) {
  size_ -= std::erase_if(
      spans, [&](const auto& each) { return is_over(throttle, each.second, at) && each.second.suppressed == 0; });
  if (spans.size() < kMaxSpans - kMaxSpans / 8) return;
  std::vector<Spans::iterator> oldest;
  for (auto span = spans.begin(); span != spans.end(); ++span) oldest.push_back(span);
  std::stable_sort(oldest.begin(), oldest.end(),
                   [](const auto& a, const auto& b) { return a->second.last < b->second.last; });
  oldest.resize(oldest.size() - (kMaxSpans - kMaxSpans / 8));
  for (const auto span : oldest) {
    untold_ += span->second.suppressed;
    spans.erase(span);
    --size_;
  }
}

void Throttled::drop(const rules::Throttle& throttle, events::Time now) {
  for (auto key = keys_.begin(); key != keys_.end();) {
    size_ -= std::erase_if(key->second, [&](const auto& each) {
      return is_over(throttle, each.second, now) && each.second.suppressed == 0;
    });
    if (key->second.empty())
      keys_.erase(key++);
    else
      ++key;
  }
  sweep_at_ = std::max<std::size_t>(1024, 2 * size_);
}

void Throttled::write(const rules::Throttle& throttle, std::uint32_t key, events::Time now, std::string& out) const {
  const auto found = keys_.find(key);
  std::uint32_t count = 0;
  std::string body;
  if (found != keys_.end()) {
    for (const auto& [each, span] : found->second) {
      if (is_over(throttle, span, now) && (span.suppressed == 0)) continue;
      ++count;
      events::put_text(body, each);
      events::put(body, span.begin.ns);
      events::put(body, span.last.ns);
      events::put(body, span.given);
      events::put(body, span.suppressed);
    }
  }
  events::put(out, count);
  out += body;
}

void Throttled::read(std::uint32_t key, events::ByteReader& in) {
  for (auto count = in.get<std::uint32_t>(); count > 0 && in.good; --count) {
    const std::string each(in.text());
    Span span;
    span.begin = {in.get<std::int64_t>()};
    span.last = {in.get<std::int64_t>()};
    span.given = in.get<std::uint64_t>();
    span.suppressed = in.get<std::uint64_t>();
    if (!in.good) return;
    if (keys_[key].emplace(each, span).second) ++size_;
  }
}

}  // namespace tocsin::engine
