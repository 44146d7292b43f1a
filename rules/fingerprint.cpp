// The dump names types, fields and wire forms instead of ids, so it is the canonical form that is hashed.
#include "rules/fingerprint.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include "rules/reads.hpp"

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

/// What lookups mean beside what their text says: keys, types of fields; not what the tables hold.
std::string text_of_tables(const RulePlan& plan, const events::Schema& schema) {
  std::string text;
  for (const auto& [name, of] : looked_up(plan)) {
    text += fmt::format("table {} of {} key", name,
                        of.table->type == events::kNoType ? "a file" : schema[of.table->type].wire);
    for (const std::uint32_t field : of.table->key) text += " " + of.table->fields[field].name;
    for (const std::uint32_t field : of.fields)
      text += fmt::format(" {}:{}", of.table->fields[field].name, events::name_of(of.table->fields[field].type));
    text += "\n";
  }
  return text;
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
  text += text_of_tables(plan, schema);
  if (tells_times(plan)) text.append("zone ").append(zone);
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace tocsin::rules
