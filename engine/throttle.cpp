#include "engine/throttle.hpp"

#include <algorithm>

namespace tocsin::engine {

bool Throttled::is_over(const rules::Throttle& throttle, const Span& span, events::Time at) {
  return at >= span.begin + throttle.per;
}

bool Throttled::is_forgotten(const rules::Throttle& throttle, const Span& span, events::Time at) {
  return is_over(throttle, span, at) && at > span.last + kForget;
}

Throttled::Decision Throttled::take(const rules::Throttle& throttle, std::uint32_t key, const std::string& each,
                                    events::Time at) {
  const auto [found, is_new] = keys_[key].try_emplace(each);
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
  } else if (is_forgotten(throttle, span, at)) {
    forgotten_ += span.suppressed;
    span.suppressed = 0;
  }
  const std::uint64_t suppressed = span.suppressed;
  span = {at, at, 1, 0};
  return {true, suppressed};
}

void Throttled::drop(const rules::Throttle& throttle, events::Time now) {
  for (auto key = keys_.begin(); key != keys_.end();) {
    auto& spans = key->second;
    for (auto at = spans.begin(); at != spans.end();) {
      const Span& span = at->second;
      const bool needed = !is_over(throttle, span, now) || (span.suppressed > 0 && !is_forgotten(throttle, span, now));
      if (needed) {
        ++at;
        continue;
      }
      forgotten_ += span.suppressed;
      at = spans.erase(at);
      --size_;
    }
    if (spans.empty())
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
