// The dump names types, fields and wire forms instead of ids, so it is the canonical form that is hashed.
#include "rules/fingerprint.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace tocsin::rules {

namespace {

/// Its messages are written otherwise in another zone.
bool tells_times(const RulePlan& plan) {
  for (const OutputPlan& output : plan.outputs) {
    const auto* alert = std::get_if<AlertPlan>(&output.node);
    if (!alert) continue;
    for (const MessagePart& part : alert->message) {
      const auto* expr = std::get_if<Expr>(&part.node);
      if (!expr) continue;
      events::Type type = expr->type;
      while (events::is_list(type)) type = events::element_of(type);
      if (type == events::Type::time) return true;
    }
  }
  return false;
}

}  // namespace

std::string fingerprint(const RulePlan& plan, const events::Schema& schema, std::string_view zone) {
  RulePlan canonical = plan;
  canonical.description.clear();
  canonical.version.clear();
  canonical.tags.clear();
  canonical.owner.clear();
  canonical.layer = 0;
  std::string text = dump(canonical, schema);
  if (tells_times(plan)) text.append("zone ").append(zone);
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace tocsin::rules
