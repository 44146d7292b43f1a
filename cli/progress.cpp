#include "cli/progress.hpp"

#include <fmt/format.h>

#include "cli/talk.hpp"

namespace tocsin::cli {

namespace {

/// `1,234,567`
std::string grouped(std::uint64_t value) {
  std::string text = fmt::format("{}", value);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string rate(double per_second) {
  if (per_second >= 1e6) return fmt::format("{:.1f} M", per_second / 1e6);
  if (per_second >= 1e3) return fmt::format("{:.0f} k", per_second / 1e3);
  return fmt::format("{:.0f} ", per_second);
}

}  // namespace

void Progress::update(std::uint64_t events, std::optional<double> share, std::uint64_t alerts) {
  if (!shown_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + kPeriod;
  drawn_ = true;
  say("\r\033[K{} events  {}events/s  {}{} alerts", grouped(events), rate(static_cast<double>(events) / seconds()),
      share ? fmt::format("{:.0f} %  ", *share * 100) : "", grouped(alerts));
  std::fflush(stderr);
}

void Progress::clear() {
  if (!drawn_) return;
  say("\r\033[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace tocsin::cli
