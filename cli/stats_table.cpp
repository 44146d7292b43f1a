#include "cli/stats_table.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tocsin::cli {

std::string stats_table(const engine::Stats& stats, const RunFigures& figures) {
  const double events = static_cast<double>(std::max<std::uint64_t>(stats.events, 1));
  std::string out = fmt::format(
      "events {}  ignored {}  late {}  dead letters {}  alerts {}  derived {}\n"
      "{:.0f} events/s  {:.0f} ns/event  CPU {:.0f} ns/event  {:.2f} s  peak memory {:.1f} MiB\n",
      stats.events, figures.ignored, stats.late, figures.dead_letters, stats.alerts, stats.derived,
      static_cast<double>(stats.events) / std::max(figures.seconds, 1e-9), figures.seconds * 1e9 / events,
      figures.cpu_seconds * 1e9 / events, figures.seconds, static_cast<double>(figures.peak_bytes) / (1 << 20));
  if (stats.forced > 0) out += fmt::format("reorder buffer full: the watermark was forced on {} times\n", stats.forced);
  if (stats.future > 0) out += fmt::format("too far ahead of the clock: {}\n", stats.future);
  if (stats.late_taken > 0) out += fmt::format("late, but taken by windows: {}\n", stats.late_taken);
  if (stats.table_rows > 0) out += fmt::format("rows of stream tables: {}\n", stats.table_rows);
  if (stats.table_evicted > 0)
    out += fmt::format("rows of stream tables that went for want of room: {}\n", stats.table_evicted);
  if (stats.actions > 0) out += fmt::format("actions: {}\n", stats.actions);
  std::size_t width = 4;
  engine::RuleStats all;
  all.nulls = stats.nulls;
  for (const engine::RuleStats& rule : stats.rules) {
    width = std::max({width, rule.name.size(), rule.of_windows ? std::size_t{10} : 0});
    all.nulls += rule.nulls;
    all.suppressed += rule.suppressed;
    all.timeouts += rule.timeouts;
    all.untold += rule.untold;
    all.over_memory += rule.over_memory;
    all.forgotten += rule.forgotten;
    all.shadowed += rule.shadowed;
    all.firing += rule.firing;
  }
  const auto of_windows = [](const engine::RuleStats& rule) { return rule.of_windows; };
  if (!std::all_of(stats.rules.begin(), stats.rules.end(), of_windows) || stats.rules.empty())
    out += fmt::format("{:<{}}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>9}\n", "rule", width,
                       "matches", "timeouts", "starts", "runs open", "runs peak", "expired", "evictions", "keys",
                       "null keys");
  for (const engine::RuleStats& rule : stats.rules) {
    if (rule.of_windows) continue;
    out += fmt::format("{:<{}}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>9}\n", rule.name,
                       width, rule.matches, rule.timeouts, rule.starts, rule.open, rule.peak, rule.expired,
                       rule.evicted + rule.over_memory, rule.keys, rule.null_keys);
  }
  if (std::any_of(stats.rules.begin(), stats.rules.end(), of_windows))
    out += fmt::format("{:<{}}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>9}\n", "windows of", width,
                       "rows", "windows", "put out", "late rows", "rows cut", "evictions", "keys", "null keys");
  for (const engine::RuleStats& rule : stats.rules)
    if (rule.of_windows)
      out += fmt::format("{:<{}}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {:>9}\n", rule.name, width,
                         rule.rows, rule.windows, rule.put_out, rule.late, rule.cut, rule.over_memory, rule.keys,
                         rule.null_keys);
  if (all.nulls > 0) out += fmt::format("arithmetic without a result (overflow, zero divisor): {}\n", all.nulls);
  if (all.suppressed > 0) out += fmt::format("matches and windows held back by throttles: {}\n", all.suppressed);
  if (all.untold > 0) out += fmt::format("of these never told as suppressed: {}\n", all.untold);
  if (all.shadowed > 0)
    out += fmt::format("matches and windows that rules in the shadow didn't put out: {}\n", all.shadowed);
  if (all.over_memory > 0)
    out += fmt::format("starts, and keys of windows, that `limit memory` ended: {}\n", all.over_memory);
  if (all.forgotten > 0) out += fmt::format("keys forgotten, silent for so long: {}\n", all.forgotten);
  if (all.firing > 0) out += fmt::format("alerts that still fire: {}\n", all.firing);
  return out;
}

}  // namespace tocsin::cli
