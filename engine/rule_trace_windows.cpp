// Windows in a trace: those of which `when` didn't hold, and what gave an output.
#include <algorithm>

#include <fmt/format.h>

#include "engine/rule_trace.hpp"
#include "rules/plan_text.hpp"

namespace tocsin::engine {

namespace {

std::string value_text(const events::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? rules::quoted_text(*text) : events::to_text(value);
}

}  // namespace

std::string RuleTrace::refused_text(const ConditionPart& part, const matcher::Bindings& bindings) {
  std::uint64_t nulls = 0;
  std::string text = fmt::format("`{}` is false", part.text);
  for (const ConditionPart::Leaf& leaf : part.leaves) {
    const rules::Cell read = matcher::evaluate(leaf.code, bindings, nulls);
    text += fmt::format(", {} = {}", leaf.text,
                        value_text(read.valid ? bindings.texts->value_of(leaf.code.type, read.slot) : events::Value{}));
  }
  return text;
}

std::string RuleTrace::window_text(const matcher::WindowResult& result) const {
  using Kind = matcher::WindowResult::Kind;
  std::string text = result.kind == Kind::row ? "pair" : "window";
  text += fmt::format(" {} to {}", time_text(result.start), time_text(result.end));
  if (result.grain.ns > 0) text += fmt::format(" of {}", events::format_duration(result.grain));
  if (result.kind != Kind::row) text += fmt::format(", {} row{}", result.rows, result.rows == 1 ? "" : "s");
  if (result.kind == Kind::early) text += fmt::format(", early {}", result.number);
  if (result.kind == Kind::corrected) text += fmt::format(", revision {}", result.number);
  if (result.kind == Kind::withdrawn) text += fmt::format(", revision {}, withdrawn", result.number);
  return text;
}

void RuleTrace::told(const matcher::WindowResult& result, const KeyRef& key, const OutputList& out, std::size_t first) {
  Traced& traced = *current_;
  if (first < out.size() && by_message_.size() < kMaxMessages)
    for (std::size_t i = first; i < out.size(); ++i) by_message_[out[i]->message.id] = {window_text(result)};
  if (result.kind == matcher::WindowResult::Kind::withdrawn) return;
  std::vector<rules::Cell> parts;
  for (const events::Slot slot : key.slots) parts.push_back({slot, true});
  matcher::Bindings bindings;
  bindings.registers = result.registers;
  bindings.valid = result.valid;
  bindings.key = parts.data();
  bindings.texts = result.texts;
  std::uint64_t nulls = 0;
  Seen seen;
  seen.rows = result.rows;
  for (const ConditionPart& part : traced.when) {
    const rules::Cell cell = matcher::evaluate(part.code, bindings, nulls);
    if (cell.valid && cell.slot != 0)
      ++seen.held;
    else if (seen.text.empty())
      seen.text = refused_text(part, bindings);
  }
  if (seen.held == traced.when.size()) return;
  seen.text = window_text(result) + ": " + seen.text;
  const auto closer = [](const Seen& a, const Seen& b) { return a.held != b.held ? a.held > b.held : a.rows > b.rows; };
  std::vector<Seen>& windows = traced.windows;
  windows.insert(std::upper_bound(windows.begin(), windows.end(), seen, closer), std::move(seen));
  if (windows.size() > kMaxWindows) windows.pop_back();
}

std::vector<std::string> RuleTrace::why_no_window(const Traced& traced, const RuleStats& stats) const {
  const std::string& rule = traced.plan->name;
  std::vector<std::string> lines;
  if (stats.suppressed > 0)
    lines.push_back(fmt::format("the throttle of `{}` held back {} of {} windows", rule, stats.suppressed,
                                stats.suppressed + stats.put_out));
  if (stats.null_keys > 0)
    lines.push_back(fmt::format("left out for a null in the key of `{}`: {} of its events", rule, stats.null_keys));
  if (stats.rows == 0)
    lines.push_back(fmt::format("no event came that a window of `{}` takes", rule));
  else if (stats.windows == 0)
    lines.push_back(
        fmt::format("no window of `{}` ended: it took {} row{}", rule, stats.rows, stats.rows == 1 ? "" : "s"));
  if (traced.windows.empty()) return lines;
  lines.push_back(fmt::format("windows of `{}` that came closest:", rule));
  for (const Seen& seen : traced.windows) lines.push_back("  " + seen.text);
  return lines;
}

}  // namespace tocsin::engine
