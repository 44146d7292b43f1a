// A plan's window as text: what it reads, how long, when it tells, and the aggregates that it keeps.
#include <fmt/format.h>

#include <set>

#include "rules/plan_text.hpp"

namespace tocsin::rules {
namespace {

using Kind = WindowPlan::Kind;
using events::format_duration;

std::string singles(const Side& side, const RulePlan& plan, const events::Schema& schema) {
  std::set<std::string> texts;  // their order is no part of the meaning
  for (const Single& fit : side.fits) texts.insert(dump(fit, plan, schema));
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return side.name.empty() ? all : all + " as " + side.name;
}

std::string kind_text(const WindowPlan& window) {
  if (!window.grains.empty()) {
    std::string text;
    for (const events::Duration grain : window.grains)
      text += (text.empty() ? "rollup " : ", ") + format_duration(grain);
    return text;
  }
  std::string text = "window " + std::string(name_of(window.kind));
  if (window.size.ns > 0) text += " " + format_duration(window.size);
  if (window.every.ns > 0)
    text += (window.kind == Kind::rolling ? " step " : " every ") + format_duration(window.every);
  if (window.count > 0) text += fmt::format(" {}", window.count);
  if (!window.zone.empty()) text += " in " + quoted_text(window.zone);
  return text;
}

std::string join_text(const Join& join, const Side& side, const RulePlan& plan, const events::Schema& schema) {
  std::string text = std::string(join.left ? "left " : "") + (join.last ? "join last " : "join ");
  text += singles(side, plan, schema);
  if (join.on) text += " on " + text_of(*join.on, plan, schema, events::kNoType);
  if (join.within) text += " within " + format_duration(*join.within);
  return text;
}

}  // namespace

std::vector<std::pair<int, std::string>> window_lines(const RulePlan& plan, const events::Schema& schema) {
  const WindowPlan& window = *plan.window;
  std::vector<std::pair<int, std::string>> lines;
  lines.emplace_back(1, "from " + singles(window.sides[0], plan, schema));
  if (window.join) {
    lines.emplace_back(2, join_text(*window.join, window.sides[1], plan, schema));
    for (const auto& [left, right] : window.join->equal) {
      const auto name = [&](std::size_t side, std::uint32_t field) {
        return schema[window.sides[side].fits.front().type].fields[field].name;
      };
      lines.emplace_back(3, "found by " + name(0, left) + " == " + name(1, right));
    }
  }
  lines.emplace_back(1, window.aggregated ? kind_text(window) : kind_text(window) + ", each row");
  for (const Aggregate& aggregate : window.aggregates)
    lines.emplace_back(2, fmt::format("{}: {}", text_of(aggregate, plan, schema), events::name_of(aggregate.type)));
  if (window.when) lines.emplace_back(1, "when " + text_of(*window.when, plan, schema, events::kNoType));
  if (window.early) lines.emplace_back(1, "every " + format_duration(*window.early));
  if (window.early_events) lines.emplace_back(1, fmt::format("every {} events", *window.early_events));
  if (window.late) lines.emplace_back(1, "late " + format_duration(*window.late));
  return lines;
}

}  // namespace tocsin::rules
