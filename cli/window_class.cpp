// What a window rule keeps of a key, from its plan: windows, panes (parts of windows that slide), or events.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "cli/load_rules.hpp"
#include "cli/rule_class.hpp"
#include "matcher/accumulators.hpp"
#include "matcher/join.hpp"
#include "matcher/window_state.hpp"

namespace tocsin::cli {

namespace {

using events::format_duration;
using Kind = rules::WindowPlan::Kind;

/// How often `part` goes into `whole`, a part of one counted in full.
std::uint64_t parts(std::int64_t whole, std::int64_t part) {
  return part > 0 && whole > 0 ? static_cast<std::uint64_t>((whole - 1) / part + 1) : 0;
}

/// Of tumbling ones: the open one, and those that late events may still change.
std::uint64_t windows_of(std::int64_t size, std::int64_t late) { return 1 + parts(late, size); }

bool keeps_values(const rules::WindowPlan& window) {
  using Fn = rules::AggregateFn;
  constexpr Fn kKeep[] = {Fn::collect, Fn::distinct,        Fn::median,  Fn::percentile,
                          Fn::mad,     Fn::autocorrelation, Fn::seasonal};
  return std::any_of(window.aggregates.begin(), window.aggregates.end(), [&](const rules::Aggregate& aggregate) {
    return std::find(std::begin(kKeep), std::end(kKeep), aggregate.fn) != std::end(kKeep);
  });
}

struct Kept {
  std::string what;   ///< "60 panes"
  std::string bound;  ///< the same, where it is as short
};

Kept of_windows(std::uint64_t count, const char* what) {
  const std::string text = counted(count, what);
  return {text, text};
}

Kept of_events(const std::string& which, std::uint64_t most) {
  return {fmt::format("{}, at most {}", which, most), counted(most, "event")};
}

Kept kept_of_join(const rules::WindowPlan& window) {
  const std::string bound = counted(matcher::kMaxJoined, "event");
  if (window.join->last && window.kind == Kind::rows)
    return of_events(window.join->within ? "events of " + format_duration(*window.join->within) : "events of a side",
                     matcher::kMaxJoined);
  const std::string span = window.size.ns > 0 ? format_duration(window.size) : std::string("the window");
  return {fmt::format("events and rows of {}, at most {} of each", span, matcher::kMaxJoined), bound};
}

Kept kept_of(const rules::WindowPlan& window) {
  if (window.join) return kept_of_join(window);
  const std::int64_t late = window.late ? window.late->ns : 0;
  switch (window.kind) {
    case Kind::tumbling: {
      std::uint64_t all = window.grains.empty() ? windows_of(window.size.ns, late) : 0;
      for (const events::Duration grain : window.grains) all += windows_of(grain.ns, late);
      return of_windows(all, "window");
    }
    case Kind::sliding:
      return of_windows(parts(window.size.ns + late, std::gcd(window.size.ns, window.every.ns)), "pane");
    case Kind::session:
      return of_windows(late > 0 ? 2 + parts(late, window.size.ns) : 1, "session");
    case Kind::rolling:
      if (window.every.ns > 0) return of_windows(parts(window.size.ns, window.every.ns), "pane");
      return of_events("an entry for each event of " + format_duration(window.size), matcher::kMaxPanes);
    case Kind::last:
      return of_windows(window.count, "event");
    case Kind::batch:
    case Kind::global:
    case Kind::rows:
      break;
  }
  return of_windows(1, "window");
}

}  // namespace

void tell_window(RuleClass& each, const rules::RulePlan& plan) {
  const rules::WindowPlan& window = *plan.window;
  const bool of_rows = window.kind == Kind::last || (window.kind == Kind::rolling && window.every.ns == 0);
  const Kept kept = kept_of(window);
  each.cost = window.join ? "join" : of_rows ? "rolling" : "window";
  each.keeps = kept.what + (plan.key.empty() ? "" : " a key");
  each.bound = kept.bound;
  if (!keeps_values(window) || of_rows || window.join) return;
  each.keeps += ", with all values";
  each.bound += ", " + counted(matcher::kMaxListed, "value") + " each";
}

}  // namespace tocsin::cli
